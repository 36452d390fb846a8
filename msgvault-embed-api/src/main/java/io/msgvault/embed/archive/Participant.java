package io.msgvault.embed.archive;

import io.msgvault.embed.model.MessageFilter;
import java.util.Objects;

/**
 * Names the sender or a recipient of a message.
 *
 * @param address an e-mail address, a telephone number or the like; its ASCII letters are
 *     lower-cased
 * @param name the name shown with it; empty where there is none
 */
public record Participant(String address, String name) {
  /** Folds the address. */
  public Participant {
    address = MessageFilter.fold(address);
    Objects.requireNonNull(name, "name");
  }
}
