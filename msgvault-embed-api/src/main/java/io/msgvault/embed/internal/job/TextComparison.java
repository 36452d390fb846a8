package io.msgvault.embed.internal.job;

import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.text.TextDigest;
import io.msgvault.embed.text.TextPreparer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Compares the texts of a sample of messages with the digests of their vectors (EJ-20).
 *
 * <p>The revision says that a text has changed only if a trigger saw the change. The digest says so
 * in any case, but the text must be read for it. So each backstop looks at a bounded number of
 * messages, chosen at random: each is as likely as any other, and none is left out for good.
 */
final class TextComparison {
  /** Bounds the messages whose bodies and vectors are in memory at once. */
  private static final int PAGE = 32;

  private final JobSettings job;
  private final long generation;
  private final Runnable checkpoint;
  private final TextPreparer preparer;

  /** The messages that may still be offered, and how many of them to choose. */
  private long offers;

  private long wanted;

  TextComparison(JobSettings job, long generation, Runnable checkpoint) {
    this.job = job;
    this.generation = generation;
    this.checkpoint = checkpoint;
    this.preparer = new TextPreparer(job.text());
    this.offers =
        job.vectors().size(generation).messages()
            + job.messages().coverage(generation, job.scope()).blank();
    this.wanted = job.comparedTexts();
  }

  /**
   * Returns whether the next message belongs to the sample. This is selection sampling (Knuth, The
   * Art of Computer Programming, 3.4.2, algorithm S).
   */
  boolean choosesNext() {
    boolean chosen = ThreadLocalRandom.current().nextLong(Math.max(1, offers)) < wanted;
    offers--;
    if (chosen) {
      wanted--;
    }
    return chosen;
  }

  /**
   * Returns those of the messages whose vectors are of the present revision, but of another text.
   */
  List<Long> changedOf(List<Long> ids) {
    List<Long> changed = new ArrayList<>();
    for (int from = 0; from < ids.size(); from += PAGE) {
      checkpoint.run();
      List<Long> page = ids.subList(from, Math.min(ids.size(), from + PAGE));
      Map<Long, MessageVectors> indexed =
          job.vectors().vectors(generation, page).stream()
              .collect(Collectors.toMap(MessageVectors::messageId, Function.identity()));
      for (Message message : job.messages().find(page, job.text().maxBodyCharacters())) {
        MessageVectors vectors = indexed.get(message.id());
        if (vectors != null && isOfOtherText(message, vectors)) {
          changed.add(message.id());
        }
      }
    }
    return changed;
  }

  private boolean isOfOtherText(Message message, MessageVectors vectors) {
    return message.revision() == vectors.revision()
        && vectors.hasTextDigest()
        && !vectors.textDigest().equals(TextDigest.of(textOf(message)));
  }

  /** Returns those of the messages that have something to embed. */
  List<Long> withTextOf(List<Long> ids) {
    List<Long> found = new ArrayList<>();
    for (int from = 0; from < ids.size(); from += PAGE) {
      checkpoint.run();
      List<Long> page = ids.subList(from, Math.min(ids.size(), from + PAGE));
      for (Message message : job.messages().find(page, job.text().maxBodyCharacters())) {
        if (!textOf(message).isEmpty()) {
          found.add(message.id());
        }
      }
    }
    return found;
  }

  private String textOf(Message message) {
    return preparer.prepare(message.subject(), message.text(), message.html());
  }
}
