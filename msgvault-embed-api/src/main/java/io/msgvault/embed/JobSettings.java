package io.msgvault.embed;

import io.msgvault.embed.text.TextPolicy;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executor;

/** Everything a job is wired of. */
record JobSettings(
    MessageStore messages,
    VectorStore vectors,
    Embedder embedder,
    TextPolicy text,
    Scope scope,
    Clock clock,
    Executor executor,
    Delayer delayer,
    JobListener listener,
    Duration backstopInterval,
    Duration requestTimeout,
    RetryPolicy retry,
    int pageMessages,
    boolean shared) {

  /** A page's budget over subject, text and HTML. */
  private static final long PAGE_CHARACTERS = 4_000_000;

  ScanLimits page() {
    return new ScanLimits(pageMessages, PAGE_CHARACTERS, text.maxBodyCharacters());
  }

  Fingerprint fingerprint() {
    return embedder.model().fingerprint(text, scope);
  }
}
