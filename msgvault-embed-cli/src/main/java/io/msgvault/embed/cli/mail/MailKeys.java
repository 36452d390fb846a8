package io.msgvault.embed.cli.mail;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * Gives each mail of a source the key under which it is stored, the same one whenever it is
 * imported.
 *
 * <p>The key is its {@code Message-ID}, so that a mail whose text has changed since is found again
 * and updated. A mail without one goes by a digest of its content. Where one import meets a {@code
 * Message-ID} for the second time, the mail is a double if its content is the same, and otherwise a
 * mail of its own, under {@code Message-ID} and digest.
 *
 * <p>For each mail 16 bytes are remembered, plus what a map needs.
 */
public final class MailKeys {
  private static final int MAX_ID = 900;
  private final Map<Long, Long> contentByKey = new HashMap<>();

  /**
   * The key of the next mail of an import.
   *
   * @return empty if it is a double of an earlier one
   */
  public Optional<String> key(Mail mail) {
    byte[] digest = digest(mail);
    String suffix = "sha256:" + HexFormat.of().formatHex(digest, 0, 16);
    String key = mail.messageId().filter(id -> id.length() <= MAX_ID).orElse(suffix);
    Long content = number(digest);
    Long known = contentByKey.putIfAbsent(number(sha256(key)), content);
    if (known == null) {
      return Optional.of(key);
    }
    if (known.equals(content)) {
      return Optional.empty();
    }
    String own = key + "#" + suffix;
    return contentByKey.putIfAbsent(number(sha256(own)), content) == null
        ? Optional.of(own)
        : Optional.empty();
  }

  /** A digest of what a reader sees, without what changes as a mail is moved about. */
  private static byte[] digest(Mail mail) {
    MessageDigest digest = sha256();
    for (String part :
        new String[] {
          mail.subject(),
          mail.text(),
          mail.html(),
          mail.sender().map(Mail.Address::address).orElse(""),
          mail.sent().map(Object::toString).orElse(""),
          String.join("\n", mail.attachments())
        }) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
      digest.update(bytes);
    }
    return digest.digest();
  }

  private static long number(byte[] digest) {
    return ByteBuffer.wrap(digest).getLong();
  }

  private static byte[] sha256(String text) {
    return sha256().digest(text.getBytes(StandardCharsets.UTF_8));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
