package io.msgvault.embed.spring;

import io.msgvault.embed.model.EmbedException;

/** The application's beans and properties do not give what an index needs. */
public final class EmbedConfigurationException extends EmbedException {
  private final String description;
  private final String action;

  /**
   * Describes what is wrong, and the remedy.
   *
   * @param description what is wrong, a sentence
   * @param action what to do, a sentence
   */
  public EmbedConfigurationException(String description, String action) {
    super(description + " " + action);
    this.description = description;
    this.action = action;
  }

  /** Returns what is wrong. */
  public String description() {
    return description;
  }

  /** Returns what to do. */
  public String action() {
    return action;
  }
}
