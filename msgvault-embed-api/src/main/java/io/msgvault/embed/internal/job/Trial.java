package io.msgvault.embed.internal.job;

import io.msgvault.embed.embedder.EmbedderException;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.internal.job.EmbedRequest.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether texts or the embedder are at fault (EJ-5). No status and no exception tells that
 * for sure: a server whose quota is spent may answer as if each text were malformed, and a firewall
 * may answer to one text as if the key were wrong.
 *
 * <p>A text that fails alone is a suspect, and waits. A trial has three stages:
 *
 * <ol>
 *   <li>Good texts are sent: a plain sentence, and the longest text that embedded before in this
 *       sweep, each alone. If one is refused, the embedder is at fault. The run fails, and no
 *       suspect is rejected.
 *   <li>Each suspect is sent once more. If it embeds, it is cleared.
 *   <li>The good texts are sent again. If they embed, the suspects that failed are rejected.
 * </ol>
 *
 * <p>Nothing else is sent during a trial. A trial without suspects has only the first stage. The
 * plain sentence ends in random letters, so that no cache on the way answers for the embedder.
 * Confined to the run's thread.
 */
final class Trial {
  /** Receives the verdict on a suspect. */
  interface Verdicts {
    /** The text is at fault. */
    void reject(PendingText text, EmbedderException cause);

    /** The embedder failed transiently meanwhile, so the text may not be at fault. */
    void leaveForNextRun(PendingText text, TransientEmbedderException cause);
  }

  private enum Stage {
    NONE,
    GOOD_BEFORE,
    SUSPECTS,
    GOOD_AFTER
  }

  /** The most suspects that wait. A trial of many costs fewer requests than one of each. */
  private static final int MAX_SUSPECTS = 64;

  private static final int RANDOM_LETTERS = 6;

  private final Verdicts verdicts;
  private final SplittableRandom random = new SplittableRandom();
  private final Map<PendingText, EmbedderException> suspects = new LinkedHashMap<>();
  private final Map<PendingText, EmbedderException> failedAgain = new LinkedHashMap<>();
  private final Deque<EmbedRequest> toSend = new ArrayDeque<>();

  private Stage stage = Stage.NONE;
  private int unsettled;

  /** Whether a text that embeds has failed transiently in this trial. */
  private boolean disturbed;

  private @Nullable String embeddedBefore;

  Trial(Verdicts verdicts) {
    this.verdicts = verdicts;
  }

  /** Notes a text that has embedded. The longest one is a good one for trials. */
  void noteEmbedded(String text) {
    if (embeddedBefore == null || text.length() > embeddedBefore.length()) {
      embeddedBefore = text;
    }
  }

  /** Adds a text that failed alone. It joins a trial that has not sent its suspects yet. */
  void addSuspect(PendingText text, EmbedderException cause) {
    suspects.put(text, cause);
  }

  boolean hasSuspects() {
    return !suspects.isEmpty();
  }

  /** Returns whether no more suspects should wait. */
  boolean isFull() {
    return suspects.size() >= MAX_SUSPECTS;
  }

  boolean isInProgress() {
    return stage != Stage.NONE;
  }

  /** Begins a trial of all suspects, unless one is in progress. */
  void begin() {
    if (stage == Stage.NONE) {
      disturbed = false;
      enter(Stage.GOOD_BEFORE, goodTexts());
    }
  }

  /** Returns the next request of the trial; null while the others of its stage are in progress. */
  @Nullable EmbedRequest poll() {
    return toSend.poll();
  }

  /** Sends a request again after a transient failure. */
  void sendAgain(EmbedRequest request) {
    disturbed |= request.kind == Kind.GOOD;
    toSend.addFirst(request);
  }

  /** Notes that a request of the trial has embedded. */
  void embedded(EmbedRequest request) {
    disturbed |= request.kind == Kind.SUSPECT && request.attempts > 0;
    settle();
  }

  /**
   * Notes that a request of the trial has failed.
   *
   * @throws EmbedderUnavailableException if its text is good
   */
  void failed(EmbedRequest request, EmbedderException cause) {
    if (request.kind == Kind.GOOD) {
      throw embedderAtFault(request.text().text, cause);
    }
    failedAgain.put(request.text(), cause);
    settle();
  }

  private EmbedderUnavailableException embedderAtFault(String text, EmbedderException cause) {
    if (cause instanceof EmbedderUnavailableException unavailable) {
      return unavailable;
    }
    return new EmbedderUnavailableException(
        "the embedder refuses every text, even "
            + (text.equals(embeddedBefore) ? "one that it embedded before" : "a plain sentence")
            + "; no message was rejected: check its model, key, quota and limits ("
            + cause.getMessage()
            + ")",
        cause);
  }

  private void settle() {
    unsettled--;
    if (unsettled > 0) {
      return;
    }
    switch (stage) {
      case NONE -> throw new IllegalStateException("no trial is in progress");
      case GOOD_BEFORE -> enter(Stage.SUSPECTS, suspectTexts());
      case SUSPECTS -> enter(Stage.GOOD_AFTER, failedAgain.isEmpty() ? List.of() : goodTexts());
      case GOOD_AFTER -> {
        stage = Stage.NONE;
        judge();
      }
    }
  }

  private void enter(Stage next, List<EmbedRequest> requests) {
    stage = requests.isEmpty() ? Stage.NONE : next;
    unsettled = requests.size();
    toSend.addAll(requests);
  }

  private List<EmbedRequest> goodTexts() {
    List<EmbedRequest> requests = new ArrayList<>();
    requests.add(single(Kind.GOOD, new PendingText(plainSentence())));
    if (embeddedBefore != null) {
      requests.add(single(Kind.GOOD, new PendingText(embeddedBefore)));
    }
    return requests;
  }

  private String plainSentence() {
    StringBuilder sentence = new StringBuilder("A plain sentence, ");
    for (int i = 0; i < RANDOM_LETTERS; i++) {
      sentence.append((char) ('a' + random.nextInt(26)));
    }
    return sentence.append('.').toString();
  }

  private List<EmbedRequest> suspectTexts() {
    List<EmbedRequest> requests =
        suspects.keySet().stream().map(text -> single(Kind.SUSPECT, text)).toList();
    suspects.clear();
    return requests;
  }

  private static EmbedRequest single(Kind kind, PendingText text) {
    return new EmbedRequest(kind, List.of(text), 0, 0);
  }

  private void judge() {
    failedAgain.forEach(
        (text, cause) -> {
          if (disturbed && cause instanceof TransientEmbedderException failure) {
            verdicts.leaveForNextRun(text, failure);
          } else {
            verdicts.reject(text, cause);
          }
        });
    failedAgain.clear();
  }
}
