package io.msgvault.embed.archive;

import io.msgvault.embed.ChunkVector;
import io.msgvault.embed.CoverageCheck;
import io.msgvault.embed.Fingerprint;
import io.msgvault.embed.Generation;
import io.msgvault.embed.GenerationStateException;
import io.msgvault.embed.InvalidVectorException;
import io.msgvault.embed.Lease;
import io.msgvault.embed.Message;
import io.msgvault.embed.MessageRevision;
import io.msgvault.embed.MessageStore;
import io.msgvault.embed.MessageVectors;
import io.msgvault.embed.ScanLimits;
import io.msgvault.embed.StoreException;
import io.msgvault.embed.VectorStore;
import io.msgvault.embed.archive.TakeoverOutcome.Busy;
import io.msgvault.embed.archive.TakeoverOutcome.DoneBefore;
import io.msgvault.embed.archive.TakeoverOutcome.NothingFound;
import io.msgvault.embed.archive.TakeoverOutcome.TakenOver;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of a {@link Takeover}. Each step can be told from what the one before has left, so a
 * call that follows a kill finds its place: vectors are copied into a BUILDING generation by
 * ascending ids; it becomes ACTIVE when all are there; everything is stamped when it is; the queue
 * goes when the ledger says that everything is stamped.
 *
 * <p>Before a generation is created, all vectors are read and checked, so that one that does not
 * fit leaves no trace.
 */
final class TakeoverRun {
  private static final Logger LOG = LoggerFactory.getLogger(Takeover.class);

  /** Where the chunks of imported vectors stand. */
  private static final int UNKNOWN = 0;

  /** The digest of the text that imported vectors were made of: equal to none. */
  private static final String UNKNOWN_TEXT = "";

  /** How many listed messages are held at once. */
  private static final int LISTED = 1000;

  /** What is copied at once; of the messages themselves only ids and revisions are of interest. */
  private static final ScanLimits COPIED = new ScanLimits(128, Integer.MAX_VALUE, 1);

  private final Takeover takeover;
  private final MessageStore messages;
  private final VectorStore index;
  private final FormerIndex former;

  TakeoverRun(Takeover takeover, MessageStore messages, VectorStore index, FormerIndex former) {
    this.takeover = takeover;
    this.messages = messages;
    this.index = index;
    this.former = former;
  }

  TakeoverOutcome run() {
    if (doneBefore()) {
      return new DoneBefore();
    }
    index.bind(messages.archiveId());
    if (takeover.vectors().isEmpty()) {
      return index
          .active()
          .map(this::takeOver)
          .orElse(
              new NothingFound(
                  "no generation serves searches: check that the vectors are those of this archive,"
                      + " or import a table of vectors"));
    }
    FormerVectors imported = takeover.vectors().get();
    if (!former.hasVectors()) {
      return new NothingFound(
          "there is no table "
              + imported.table()
              + " in the archive's database, or in the file that was named: check the names");
    }
    return generationOf(imported)
        .map(this::takeOver)
        .orElse(
            new NothingFound(
                "the table "
                    + imported.table()
                    + " has no vector of a message that does not wait: check that its ids are those"
                    + " of the messages, as integers"));
  }

  private boolean doneBefore() {
    FormerIndex.Stage stage = former.stage();
    if (stage == FormerIndex.Stage.STAMPED) {
      former.end();
    }
    return stage != FormerIndex.Stage.OPEN;
  }

  /** The generation that the vectors become or became; empty if there are none. */
  private Optional<Generation> generationOf(FormerVectors imported) {
    Fingerprint fingerprint = imported.fingerprint();
    Optional<Generation> active = index.active();
    if (active.isPresent()) {
      requireSame(active.get(), fingerprint);
      return active;
    }
    Optional<Generation> building = index.building();
    long id;
    if (building.isPresent()) {
      id = building.get().id();
    } else {
      id =
          messages.reserveGenerationId(
              index.generations().stream().mapToLong(Generation::id).max().orElse(0));
      if (forEachPage(imported, id, 0, checked -> {}) == 0) {
        return Optional.empty();
      }
    }
    Generation created = index.create(fingerprint, id);
    if (index.active().isPresent()) {
      // Another process was faster and has done with importing already.
      index.retire(created.id());
      return generationOf(imported);
    }
    return Optional.of(created);
  }

  private static void requireSame(Generation active, Fingerprint fingerprint) {
    if (!active.fingerprint().equals(fingerprint)) {
      throw new GenerationStateException(
          active.id(),
          active.state(),
          "it serves as ["
              + active.fingerprint()
              + "], and vectors of ["
              + fingerprint
              + "] are not imported over it; retire it first, if they should be");
    }
  }

  private TakeoverOutcome takeOver(Generation generation) {
    Optional<Lease> taken = index.lease(generation.id());
    if (taken.isEmpty()) {
      return new Busy(generation.id());
    }
    try (Lease lease = taken.get()) {
      return doneBefore() ? new DoneBefore() : takeOver(generation.id(), lease);
    }
  }

  private TakeoverOutcome takeOver(long id, Lease lease) {
    if (index
        .generation(id)
        .map(Generation::state)
        .equals(Optional.of(Generation.State.BUILDING))) {
      copy(takeover.vectors().orElseThrow(), id, lease);
      index.activate(id, CoverageCheck.OVERRIDDEN);
    }
    Generation serving =
        index
            .active()
            .filter(active -> active.id() == id)
            .orElseThrow(
                () ->
                    new GenerationStateException(
                        id, Generation.State.RETIRED, "it was retired meanwhile; take over again"));
    requireHeld(lease);
    FormerIndex.Stamped stamped =
        former.stamp(serving, after -> index.messageIds(id, after, LISTED));
    former.end();
    LOG.info("generation {} is taken over: {}", id, stamped);
    return new TakenOver(id, stamped.messages(), stamped.pending());
  }

  /** Copies what is not there yet. */
  private void copy(FormerVectors imported, long id, Lease lease) {
    forEachPage(
        imported,
        id,
        lastCopied(id),
        page -> {
          requireHeld(lease);
          index.upsert(id, page);
        });
  }

  private long lastCopied(long id) {
    long last = 0;
    List<MessageRevision> page = index.messageIds(id, last, LISTED);
    while (!page.isEmpty()) {
      last = page.get(page.size() - 1).messageId();
      page = index.messageIds(id, last, LISTED);
    }
    return last;
  }

  /**
   * Reads and checks the vectors of those messages that can be stamped with them.
   *
   * @return of how many messages
   */
  private long forEachPage(
      FormerVectors imported, long generation, long afterId, Consumer<List<MessageVectors>> sink) {
    long latest = former.begin();
    long[] pending = former.pending(generation);
    long after = afterId;
    long count = 0;
    List<Message> page = scan(imported, generation, after);
    while (!page.isEmpty()) {
      Map<Long, Long> revisions = new LinkedHashMap<>();
      for (Message message : page) {
        if (message.revision() <= latest && Arrays.binarySearch(pending, message.id()) < 0) {
          revisions.put(message.id(), message.revision());
        }
      }
      Map<Long, List<float[]>> found = former.vectors(revisions.keySet());
      List<MessageVectors> vectors = new ArrayList<>(found.size());
      revisions.forEach(
          (id, revision) -> {
            if (found.containsKey(id)) {
              vectors.add(checked(imported, id, revision, found.get(id)));
            }
          });
      sink.accept(vectors);
      count += vectors.size();
      after = page.get(page.size() - 1).id();
      page = scan(imported, generation, after);
    }
    return count;
  }

  private List<Message> scan(FormerVectors imported, long generation, long after) {
    return messages.scan(generation, imported.fingerprint().scope(), after, COPIED);
  }

  private static MessageVectors checked(
      FormerVectors imported, long id, long revision, List<float[]> vectors) {
    List<ChunkVector> chunks = new ArrayList<>(vectors.size());
    for (float[] vector : vectors) {
      try {
        InvalidVectorException.check("message " + id, vector, imported.fingerprint().dimension());
      } catch (InvalidVectorException e) {
        throw new MalformedVectorsException(id, imported.table(), e);
      }
      chunks.add(new ChunkVector(UNKNOWN, UNKNOWN, vector));
    }
    return new MessageVectors(id, revision, UNKNOWN_TEXT, chunks);
  }

  private static void requireHeld(Lease lease) {
    if (!lease.held()) {
      throw new StoreException(
          "the generation's lease was lost, as with a connection: take over again", null);
    }
  }
}
