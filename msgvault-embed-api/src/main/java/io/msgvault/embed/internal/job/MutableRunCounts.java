package io.msgvault.embed.internal.job;

import io.msgvault.embed.model.RunCounts;

/** The counts of a run in progress. Confined to the run's thread. */
final class MutableRunCounts {
  long scanned;
  long embedded;
  long blank;
  long rejected;
  long missed;
  long failed;
  long reused;
  long chunks;
  long requests;
  long retries;
  long tokens;
  long unstamped;
  long orphans;

  long settled() {
    return embedded + blank + rejected;
  }

  RunCounts snapshot() {
    return RunCounts.builder()
        .scanned(scanned)
        .embedded(embedded)
        .blank(blank)
        .rejected(rejected)
        .missed(missed)
        .failed(failed)
        .reused(reused)
        .chunks(chunks)
        .requests(requests)
        .retries(retries)
        .tokens(tokens)
        .unstamped(unstamped)
        .orphans(orphans)
        .build();
  }
}
