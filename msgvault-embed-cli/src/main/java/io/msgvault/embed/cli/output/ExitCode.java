package io.msgvault.embed.cli.output;

/** The exit codes of the process. */
public final class ExitCode {
  public static final int OK = 0;
  public static final int FAILED = 1;
  public static final int USAGE = 2;
  public static final int NOT_READY = 3;
  public static final int BUSY = 4;

  /** Ended by Ctrl-C; this is the code that the virtual machine returns then. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}
}
