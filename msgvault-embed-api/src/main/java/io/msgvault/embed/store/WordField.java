package io.msgvault.embed.store;

/** Names a part of a message whose words are searched. */
public enum WordField {
  /** The subject. */
  SUBJECT(2),
  /** The prepared text as a reader sees it, quotations included. */
  BODY(1),
  /** The names and addresses of the sender and the recipients. */
  PEOPLE(1),
  /** The names of the attachments. */
  ATTACHMENTS(1);

  private final int weight;

  WordField(int weight) {
    this.weight = weight;
  }

  /**
   * Returns how often each word of this field counts: as if the field were written so many times
   * (WI-8).
   */
  public int weight() {
    return weight;
  }
}
