package io.msgvault.embed.memory;

import io.msgvault.embed.store.MessageDetails;
import java.util.List;
import java.util.stream.Stream;

/** The definition of {@link MessageDetails}, executable. */
public final class DetailsReader {
  private DetailsReader() {}

  /** Returns the details of a live message. */
  public static MessageDetails read(long id, ArchiveMessage.Metadata metadata) {
    Stream<String> recipients =
        Stream.of(metadata.to(), metadata.cc(), metadata.bcc()).flatMap(List::stream);
    return new MessageDetails(
        id,
        Stream.concat(metadata.sender().stream(), recipients)
            .map(address -> (metadata.names().getOrDefault(address, "") + " " + address).strip())
            .filter(person -> !person.isEmpty())
            .toList(),
        metadata.attachments().stream().filter(name -> !name.isEmpty()).toList(),
        metadata.sent(),
        metadata.conversation());
  }
}
