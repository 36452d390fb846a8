package io.msgvault.embed.cli.mail;

import io.msgvault.embed.archive.Participant;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Gives each mail of a source the key under which it is stored. Each import gives it the same key.
 *
 * <p>The key is the {@code Message-ID}, so that a mail whose text or labels have changed is found
 * again and updated. A mail without one gets a hash of its text. If a key occurs twice in an
 * import, the second mail is a duplicate if all that is kept of it is equal. Otherwise it is a
 * different mail: the second one gets the key with {@code #2}, the third one with {@code #3}.
 *
 * <p>An import needs about 100 bytes of memory for each mail: two numbers and their map entry.
 */
public final class MailKeys {
  /** The maximum length of a {@code Message-ID}; a longer one is ignored. */
  private static final int MAX_ID_LENGTH = 900;

  private final Map<Long, long[]> seen = new HashMap<>();

  /**
   * Returns the key of the next mail of an import.
   *
   * @return the key; empty if the mail is a duplicate of an earlier one
   */
  public Optional<String> key(Mail mail) {
    MessageDigest digest = sha256();
    addText(digest, mail);
    byte[] text = digest.digest();
    String key =
        mail.messageId()
            .filter(id -> id.length() <= MAX_ID_LENGTH)
            .orElseGet(() -> "sha256:" + HexFormat.of().formatHex(text, 0, 16));
    digest.update(text);
    addMetadata(digest, mail);
    long contentHash = firstLong(digest.digest());
    long keyHash = firstLong(digest.digest(key.getBytes(StandardCharsets.UTF_8)));
    long[] known = seen.getOrDefault(keyHash, new long[0]);
    if (Arrays.stream(known).anyMatch(hash -> hash == contentHash)) {
      return Optional.empty();
    }
    long[] more = Arrays.copyOf(known, known.length + 1);
    more[known.length] = contentHash;
    seen.put(keyHash, more);
    return Optional.of(known.length == 0 ? key : key + "#" + more.length);
  }

  private static void addText(MessageDigest digest, Mail mail) {
    add(digest, mail.subject());
    add(digest, mail.text());
    add(digest, mail.html());
    add(digest, mail.sender().map(Participant::address).orElse(""));
    add(digest, mail.sentAt().map(Object::toString).orElse(""));
  }

  private static void addMetadata(MessageDigest digest, Mail mail) {
    add(digest, mail.to().toString());
    add(digest, mail.cc().toString());
    add(digest, mail.bcc().toString());
    add(digest, new TreeSet<>(mail.labels()).toString());
    add(digest, mail.attachments().toString());
  }

  private static void add(MessageDigest digest, String part) {
    byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    digest.update(bytes);
  }

  private static long firstLong(byte[] digest) {
    return ByteBuffer.wrap(digest).getLong();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
