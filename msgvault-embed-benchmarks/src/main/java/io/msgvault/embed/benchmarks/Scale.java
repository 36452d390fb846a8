package io.msgvault.embed.benchmarks;

/** How much a benchmark does. */
enum Scale {
  /** What the bars are about. */
  FULL(1),
  /** A tenth of it. */
  QUICK(10);

  private final int divisor;

  Scale(int divisor) {
    this.divisor = divisor;
  }

  int of(int full) {
    return full / divisor;
  }
}
