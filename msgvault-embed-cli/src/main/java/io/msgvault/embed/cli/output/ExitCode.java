package io.msgvault.embed.cli.output;

/** What the process tells its caller. */
public final class ExitCode {
  public static final int OK = 0;
  public static final int FAILED = 1;
  public static final int USAGE = 2;
  public static final int NOT_READY = 3;
  public static final int BUSY = 4;

  /** The end by Ctrl-C, as the virtual machine gives it. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}
}
