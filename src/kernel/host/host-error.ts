/**
 * This host cannot do what was asked: a program, a library, a right or a setting is missing. The message
 * follows the message grammar and says the remedy; the command line ends with exit code 4.
 */
export class HostError extends Error {
  override readonly name = 'HostError';
}
