package io.msgvault.embed.text;

/** A text that counts how many of its characters are read, so that a test can count work. */
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

  /** Reads nothing: it stands for the string that this text is. */
  @Override
  public String toString() {
    return text;
  }
}
