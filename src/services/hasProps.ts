/** True if a message's text counts as props: contains `props`, case-sensitive. Rule: protocol row 19. */
export const hasProps = (text: string): boolean => text.includes("props")
