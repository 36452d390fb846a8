package io.msgvault.embed;

import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.IndexSize;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.WordCoverage;
import io.msgvault.embed.store.WordIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Holds the state of an index, for a status page. Each part is read on its own. If one cannot be
 * read, it is empty, {@code problems} tells why, and the other parts are still there.
 *
 * @param active the generation that serves searches; empty if there is none
 * @param building the generation that is being built; empty if there is none
 * @param missing live messages that need work for the building generation, or else for the active
 *     one; all live messages if there is neither
 * @param words the state of the words; empty if the job keeps none, or they could not be read
 * @param runs the latest 10 runs, newest first
 * @param problems the parts that could not be read
 */
public record IndexStatus(
    Optional<GenerationStatus> active,
    Optional<GenerationStatus> building,
    Optional<Long> missing,
    Optional<WordCoverage> words,
    List<RunRecord> runs,
    List<Problem> problems) {

  private static final int RUNS = 10;

  /** Names a part of the status. */
  public enum Part {
    /** The generations and their states. */
    GENERATIONS,
    /** The coverage of the active generation. */
    ACTIVE_COVERAGE,
    /** The size of the active generation. */
    ACTIVE_SIZE,
    /** The coverage of the building generation. */
    BUILDING_COVERAGE,
    /** The size of the building generation. */
    BUILDING_SIZE,
    /** The number of missing messages. */
    MISSING,
    /** The state of the words. */
    WORDS,
    /** The latest runs. */
    RUNS
  }

  /**
   * Names a part that could not be read.
   *
   * @param part the part
   * @param reason the error, without message text
   */
  public record Problem(Part part, String reason) {}

  /**
   * Holds a generation and its progress.
   *
   * @param generation the generation, with the time of its last backstop
   * @param coverage the counts of its stamps; empty if they could not be read. While another
   *     generation is being built, messages move from the count of the active one to that of the
   *     other. The active one keeps their vectors, so use {@code size} then
   * @param size the vectors that it holds; empty if they could not be counted
   */
  public record GenerationStatus(
      Generation generation, Optional<Coverage> coverage, Optional<IndexSize> size) {
    /** Returns the settled share of the live messages, 0 to 1; empty without coverage. */
    public Optional<Double> progress() {
      return coverage.map(Coverage::progress);
    }
  }

  /** Reads the status of an index without words. Throws only an {@link Error}. */
  public static IndexStatus read(MessageStore messages, VectorStore vectors, Scope scope) {
    return read(messages, vectors, Optional.empty(), scope);
  }

  /** Reads the status of an index, with words if there are any. Throws only an {@link Error}. */
  public static IndexStatus read(
      MessageStore messages, VectorStore vectors, Optional<WordIndex> words, Scope scope) {
    return new Reader(messages, vectors).read(words, scope);
  }

  /**
   * Returns the status as text, for a log or a terminal: a line for each part, with times in UTC
   * and a line break at the end of each. Programs read the components instead, since the wording
   * may change.
   */
  public String toText() {
    return StatusText.of(this);
  }

  /** Reads each part and collects the problems. */
  private static final class Reader {
    private final MessageStore messages;
    private final VectorStore vectors;
    private final List<Problem> problems = new ArrayList<>();

    Reader(MessageStore messages, VectorStore vectors) {
      this.messages = messages;
      this.vectors = vectors;
    }

    IndexStatus read(Optional<WordIndex> index, Scope scope) {
      Optional<List<Generation>> generations = part(Part.GENERATIONS, vectors::generations);
      Optional<GenerationStatus> active =
          inState(generations, Generation.State.ACTIVE)
              .map(found -> status(found, Part.ACTIVE_COVERAGE, Part.ACTIVE_SIZE));
      Optional<GenerationStatus> building =
          inState(generations, Generation.State.BUILDING)
              .map(found -> status(found, Part.BUILDING_COVERAGE, Part.BUILDING_SIZE));
      Optional<Long> missing =
          generations.isEmpty()
              ? Optional.empty()
              : building
                  .or(() -> active)
                  .map(GenerationStatus::coverage)
                  .orElseGet(
                      () -> part(Part.MISSING, () -> messages.coverageWithoutGeneration(scope)))
                  .map(Coverage::missing);
      Optional<WordCoverage> words =
          index.flatMap(
              found -> part(Part.WORDS, () -> WordCoverage.read(found, messages, vectors, scope)));
      List<RunRecord> runs = part(Part.RUNS, () -> vectors.runs(RUNS)).orElse(List.of());
      return new IndexStatus(active, building, missing, words, runs, List.copyOf(problems));
    }

    private static Optional<Generation> inState(
        Optional<List<Generation>> generations, Generation.State state) {
      return generations.stream()
          .flatMap(List::stream)
          .filter(generation -> generation.state() == state)
          .findFirst();
    }

    private GenerationStatus status(Generation generation, Part coverage, Part size) {
      Scope scope = generation.fingerprint().scope();
      return new GenerationStatus(
          generation,
          part(coverage, () -> messages.coverage(generation.id(), scope)),
          part(size, () -> vectors.size(generation.id())));
    }

    private <T> Optional<T> part(Part part, Supplier<T> read) {
      try {
        return Optional.of(read.get());
      } catch (RuntimeException e) {
        problems.add(new Problem(part, Errors.describe(e)));
        return Optional.empty();
      }
    }
  }
}
