/* Runs a program on a terminal of its own: pty PROGRAM ARGUMENTS. What is written to its standard input is typed there, what
   the terminal shows goes to its standard output, and the end of its input hangs the terminal up. The program's process id
   is the first line of its standard error. Ends as the program does. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void run(int terminal, char **program) {
  struct winsize size = {.ws_row = 24, .ws_col = 200};
  setsid();
  int end = open(ptsname(terminal), O_RDWR);
  ioctl(end, TIOCSCTTY, 0);
  ioctl(end, TIOCSWINSZ, &size);
  for (int descriptor = 0; descriptor < 3; descriptor++) dup2(end, descriptor);
  close(end);
  close(terminal);
  execvp(program[0], program);
  _exit(127);
}

static int pass(int from, int to) {
  static char bytes[65536];
  ssize_t length = read(from, bytes, sizeof bytes);
  for (ssize_t done = 0; done < length;) {
    ssize_t written = write(to, bytes + done, length - done);
    if (written < 0) return 0;
    done += written;
  }
  return length > 0;
}

int main(int count, char **arguments) {
  int terminal = posix_openpt(O_RDWR | O_NOCTTY);
  if (count < 2 || terminal < 0 || grantpt(terminal) < 0 || unlockpt(terminal) < 0) return 126;
  pid_t child = fork();
  if (child == 0) run(terminal, arguments + 1);
  dprintf(2, "%d\n", child);
  struct pollfd ends[] = {{.fd = 0, .events = POLLIN}, {.fd = terminal, .events = POLLIN}};
  while (poll(ends, 2, -1) > 0) {
    if (ends[1].revents != 0 && !pass(terminal, 1)) break;
    if (ends[0].revents != 0 && !pass(0, terminal)) break;
  }
  close(terminal);
  int status;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
