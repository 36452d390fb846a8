package io.msgvault.embed.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ArchiveValuesTest {
  private static final Participant ANN = new Participant("ann@example.org", "Ann");

  @Test
  void newMessageIsCopiedByItsBuilder() {
    NewMessage message =
        NewMessage.builder("main", "<1@x>")
            .type("sms")
            .subject("secret subject")
            .text("secret text")
            .html("<p>secret")
            .sender(ANN)
            .to(List.of(ANN))
            .cc(List.of(ANN))
            .bcc(List.of(ANN))
            .sentAt(Instant.EPOCH)
            .sizeBytes(3)
            .labels(List.of("a"))
            .attachments(List.of("", "b.pdf"))
            .build();
    assertEquals(message, message.toBuilder().build());
    assertEquals(message.hashCode(), message.toBuilder().build().hashCode());
    assertNotEquals(message, message.toBuilder().html("").build());
    assertFalse(message.toString().contains("secret"), "a log would show the text");
  }

  @Test
  void newMessageNeedsItsNames() {
    assertThrows(IllegalArgumentException.class, () -> NewMessage.builder(" ", "1").build());
    assertThrows(IllegalArgumentException.class, () -> NewMessage.builder("main", "").build());
  }

  @Test
  void headerIsCopiedByItsBuilderAndOrdersLabels() {
    MessageHeader header =
        MessageHeader.builder(7, "main", "email")
            .externalId("<1@x>")
            .subject("plan")
            .sender(Optional.of(ANN))
            .to(List.of(ANN))
            .sizeBytes(OptionalLong.of(3))
            .labels(List.of("b", "a"))
            .live(false)
            .build();
    assertEquals(header, header.toBuilder().build());
    assertEquals(header.hashCode(), header.toBuilder().build().hashCode());
    assertNotEquals(header, header.toBuilder().live(true).build());
    assertEquals(List.of("a", "b"), List.copyOf(header.labels()));
  }
}
