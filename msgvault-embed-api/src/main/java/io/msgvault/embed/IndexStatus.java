package io.msgvault.embed;

import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.IndexSize;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.VectorStore;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a host shows on its status page. Each part is read on its own, so that the rest stays useful
 * when one part fails.
 *
 * @param active the generation that serves searches
 * @param building the generation that is being built
 * @param missing live messages that need work for the building generation, or else the active one;
 *     all of them if there is neither
 * @param runs the latest runs, newest first
 */
public record IndexStatus(
    Part<Optional<GenerationStatus>> active,
    Part<Optional<GenerationStatus>> building,
    Part<Long> missing,
    Part<List<RunRecord>> runs) {

  private static final int RUNS = 10;

  /** A part of the view. */
  public sealed interface Part<T> {
    /** The value, if it could be read. */
    Optional<T> value();
  }

  /**
   * A part that was read.
   *
   * @param known the value
   */
  public record Known<T>(T known) implements Part<T> {
    @Override
    public Optional<T> value() {
      return Optional.of(known);
    }
  }

  /**
   * A part that could not be read.
   *
   * @param reason why
   */
  public record Unavailable<T>(String reason) implements Part<T> {
    @Override
    public Optional<T> value() {
      return Optional.empty();
    }
  }

  /**
   * A generation and how far it is.
   *
   * @param generation the generation, with the time of its last backstop
   * @param coverage what its stamps say. While another generation is being built, messages move
   *     from the active one's count to the other's, though the active one keeps their vectors: then
   *     look at {@code size}
   * @param size what it holds
   */
  public record GenerationStatus(
      Generation generation, Part<Coverage> coverage, Part<IndexSize> size) {
    /** The settled share of the live messages, 0 to 1; empty if it could not be read. */
    public Optional<Double> progress() {
      return coverage.value().map(Coverage::progress);
    }
  }

  /** Reads every part; throws nothing but {@link Error}. */
  public static IndexStatus read(MessageStore messages, VectorStore vectors, Scope scope) {
    Part<List<Generation>> generations = part(vectors::generations);
    Part<Optional<GenerationStatus>> active =
        status(messages, vectors, generations, Generation.State.ACTIVE);
    Part<Optional<GenerationStatus>> building =
        status(messages, vectors, generations, Generation.State.BUILDING);
    return new IndexStatus(
        active,
        building,
        missing(messages, scope, active, building),
        part(() -> vectors.runs(RUNS)));
  }

  private static Part<Optional<GenerationStatus>> status(
      MessageStore messages,
      VectorStore vectors,
      Part<List<Generation>> generations,
      Generation.State state) {
    if (generations instanceof Unavailable<List<Generation>> unavailable) {
      return new Unavailable<>(unavailable.reason());
    }
    return new Known<>(
        generations.value().orElseThrow().stream()
            .filter(generation -> generation.state() == state)
            .findFirst()
            .map(
                generation ->
                    new GenerationStatus(
                        generation,
                        part(
                            () ->
                                messages.coverage(
                                    generation.id(), generation.fingerprint().scope())),
                        part(() -> vectors.size(generation.id())))));
  }

  private static Part<Long> missing(
      MessageStore messages,
      Scope scope,
      Part<Optional<GenerationStatus>> active,
      Part<Optional<GenerationStatus>> building) {
    if (active instanceof Unavailable<Optional<GenerationStatus>> unavailable) {
      return new Unavailable<>(unavailable.reason());
    }
    Optional<GenerationStatus> target =
        building.value().orElseThrow().or(() -> active.value().orElseThrow());
    return target
                .map(GenerationStatus::coverage)
                .orElseGet(() -> part(() -> messages.coverage(0, scope)))
            instanceof Known<Coverage> known
        ? new Known<>(known.known().missing())
        : new Unavailable<>("the archive could not be counted");
  }

  private static <T> Part<T> part(Supplier<T> read) {
    try {
      return new Known<>(read.get());
    } catch (RuntimeException e) {
      return new Unavailable<>(Errors.describe(e));
    }
  }
}
