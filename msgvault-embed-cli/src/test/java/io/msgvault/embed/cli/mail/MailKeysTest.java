package io.msgvault.embed.cli.mail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.ByteArrayInputStream;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MailKeysTest {
  private final MailKeys keys = new MailKeys();

  @Test
  void messageIdIsKey() {
    assertEquals(Optional.of("a@b"), keys.key(mail("Message-ID: <a@b>\n\nx")));
  }

  @Test
  void sameMailIsDuplicate() {
    keys.key(mail("Message-ID: <a@b>\n\nx"));
    assertEquals(Optional.empty(), keys.key(mail("Message-ID: <a@b>\nX-Status: O\n\nx")));
  }

  @Test
  void differentMailWithSameIdGetsOwnKey() {
    keys.key(mail("Message-ID: <a@b>\n\nx"));
    assertEquals(Optional.of("a@b#2"), keys.key(mail("Message-ID: <a@b>\n\ny")));
    assertEquals(Optional.of("a@b#3"), keys.key(mail("Message-ID: <a@b>\nKeywords: k\n\nx")));
    assertEquals(Optional.empty(), keys.key(mail("Message-ID: <a@b>\n\ny")));
  }

  @Test
  void mailWithoutIdIsKeyedByText() {
    Optional<String> key = keys.key(mail("Subject: s\n\nx"));
    assertEquals(key, new MailKeys().key(mail("Subject: s\nKeywords: k\n\nx")));
    assertNotEquals(key, new MailKeys().key(mail("Subject: s\n\ny")));
    assertEquals(Optional.empty(), keys.key(mail("Subject: s\n\nx")));
  }

  @Test
  void overlongIdIsIgnored() {
    String key = keys.key(mail("Message-ID: <" + "a".repeat(5000) + ">\n\nx")).orElseThrow();
    assertEquals("sha256:".length() + 32, key.length());
  }

  private static Mail mail(String content) {
    return MailParser.parse(new ByteArrayInputStream(content.getBytes(UTF_8))).mail().orElseThrow();
  }
}
