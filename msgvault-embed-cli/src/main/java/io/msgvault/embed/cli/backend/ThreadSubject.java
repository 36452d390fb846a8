package io.msgvault.embed.cli.backend;

import io.msgvault.embed.text.Subject;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Compares the subjects of a conversation.
 *
 * @param text the subject without the prefixes of answers and forwarded mail
 * @param isReply whether such a prefix marks an answer
 */
record ThreadSubject(String text, boolean isReply) {
  private static final Pattern TAGS = Pattern.compile("^(?:\\[[^\\]]{1,40}\\]\\s*)+(?=\\S)");
  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final int MIN_IDEOGRAPHS = 4;

  static ThreadSubject of(String subject) {
    Subject read = Subject.of(SPACE.matcher(subject).replaceAll(" ").strip());
    return new ThreadSubject(read.text(), read.isReply());
  }

  /** Returns what all subjects of a conversation share: also without the tags of mailing lists. */
  String topic() {
    return TAGS.matcher(text).replaceFirst("").toLowerCase(Locale.ROOT);
  }

  /** Returns whether the subject says enough to join mails that nothing else joins. */
  boolean isTelling() {
    return text.indexOf(' ') > 0
        || text.codePoints().filter(Character::isIdeographic).count() >= MIN_IDEOGRAPHS;
  }
}
