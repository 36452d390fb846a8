package io.msgvault.embed.cli.mail;

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
 * Gives each mail of a source the key under which it is stored, the same one whenever it is
 * imported.
 *
 * <p>The key is its {@code Message-ID}, so that a mail whose text or labels have changed is found
 * again and updated. A mail without one goes by a digest of its text. An import that meets a key
 * again drops the mail as a double if it is the same in all that is kept; otherwise it is a mail of
 * its own, and the second gets the key with {@code #2}, the third with {@code #3}.
 *
 * <p>For each mail two numbers are remembered, plus what a map needs: some 100 bytes.
 */
public final class MailKeys {
  /** A longer {@code Message-ID} is as good as none. */
  private static final int MAX_ID_LENGTH = 900;

  private final Map<Long, long[]> seen = new HashMap<>();

  /**
   * The key of the next mail of an import.
   *
   * @return empty if it is a double of an earlier one
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
    long all = firstLong(digest.digest());
    long name = firstLong(digest.digest(key.getBytes(StandardCharsets.UTF_8)));
    long[] known = seen.getOrDefault(name, new long[0]);
    if (Arrays.stream(known).anyMatch(one -> one == all)) {
      return Optional.empty();
    }
    long[] more = Arrays.copyOf(known, known.length + 1);
    more[known.length] = all;
    seen.put(name, more);
    return Optional.of(known.length == 0 ? key : key + "#" + more.length);
  }

  private static void addText(MessageDigest digest, Mail mail) {
    add(digest, mail.subject());
    add(digest, mail.text());
    add(digest, mail.html());
    add(digest, mail.sender().map(Mail.Address::address).orElse(""));
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
