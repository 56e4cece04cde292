// A getaddrinfo for the tests, put before the C library's by LD_PRELOAD. The end of a name tells what becomes of it:
//   .dead.test   nothing: ten seconds, and then "try again". It says on stderr that the look-up has begun
//   .slow.test   127.0.0.1, after 400 ms
//   .ok.test     127.0.0.1, at once
//   .two.test    127.0.0.5 and 127.0.0.1, at once
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef int (*resolver)(const char *, const char *, const struct addrinfo *, struct addrinfo **);

static int ends(const char *name, const char *end) {
  size_t n = strlen(name), e = strlen(end);
  return n >= e && strcmp(name + n - e, end) == 0;
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
  resolver libc = (resolver)dlsym(RTLD_NEXT, "getaddrinfo");
  if (name == NULL) return libc(name, service, hints, found);
  if (ends(name, ".dead.test")) {
    dprintf(2, "looks up %s\n", name);
    sleep(10);
    return EAI_AGAIN;
  }
  if (ends(name, ".slow.test")) {
    usleep(400000);
    return libc("127.0.0.1", service, hints, found);
  }
  if (ends(name, ".ok.test")) return libc("127.0.0.1", service, hints, found);
  if (ends(name, ".two.test")) {
    int failed = libc("127.0.0.5", service, hints, found);
    if (failed) return failed;
    struct addrinfo *last = *found;
    while (last->ai_next != NULL) last = last->ai_next;
    return libc("127.0.0.1", service, hints, &last->ai_next);
  }
  return libc(name, service, hints, found);
}
