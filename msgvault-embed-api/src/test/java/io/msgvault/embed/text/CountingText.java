package io.msgvault.embed.text;

/** Counts how often its characters are read, so that a test can measure work. */
final class CountingText implements CharSequence {
  private final String text;
  private long reads;

  CountingText(String text) {
    this.text = text;
  }

  long reads() {
    return reads;
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public char charAt(int index) {
    reads++;
    return text.charAt(index);
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    reads += end - start;
    return text.substring(start, end);
  }

  /** Counts no read, as the toString of a String has none. */
  @Override
  public String toString() {
    return text;
  }
}
