package io.msgvault.embed.cli;

/** What the process tells its caller. */
final class ExitCode {
  static final int OK = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int NOT_READY = 3;
  static final int BUSY = 4;

  /** The end by Ctrl-C, as the virtual machine gives it. */
  static final int INTERRUPTED = 130;

  private ExitCode() {}
}
