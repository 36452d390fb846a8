package io.msgvault.embed.benchmarks;

/** The size of a benchmark. */
enum Scale {
  /** The size that the bars are defined for. */
  FULL(1),
  /** A tenth of that size. */
  QUICK(10);

  private final int divisor;

  Scale(int divisor) {
    this.divisor = divisor;
  }

  int of(int full) {
    return full / divisor;
  }
}
