package io.msgvault.embed.spring.internal;

import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.embedder.Embedder;
import java.util.function.Supplier;

/** Watches the requests to an embedder, and the runs. */
interface Observing {
  /** Watches nothing. */
  Observing NONE =
      new Observing() {
        @Override
        public Embedder requests(Embedder embedder) {
          return embedder;
        }

        @Override
        public RunOutcome run(Supplier<RunOutcome> run) {
          return run.get();
        }
      };

  /** Returns an embedder whose requests are watched. */
  Embedder requests(Embedder embedder);

  /** Does a run and watches it. */
  RunOutcome run(Supplier<RunOutcome> run);
}
