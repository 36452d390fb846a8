package io.msgvault.embed.store.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.Generation.State;
import io.msgvault.embed.model.GenerationConflictException;
import io.msgvault.embed.model.GenerationStateException;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.UnknownGenerationException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class GenerationLifecycleTest {
  private static final Fingerprint ONE = new Fingerprint("one", 8, "text", Scope.ALL);
  private static final Fingerprint OTHER = new Fingerprint("other", 8, "text", Scope.ALL);

  @Test
  void sameFingerprintResumesWhatIsBeingBuilt() {
    Generation building = generation(4, State.BUILDING);
    List<Generation> all = List.of(generation(2, State.ACTIVE), building);
    assertEquals(Optional.of(building), GenerationLifecycle.resumable(all, ONE, 1));
    GenerationConflictException conflict =
        assertThrows(
            GenerationConflictException.class, () -> GenerationLifecycle.resumable(all, OTHER, 5));
    assertSame(building, conflict.building());
  }

  @Test
  void newIdMustBeAboveAllOthers() {
    List<Generation> all = List.of(generation(7, State.RETIRED), generation(3, State.ACTIVE));
    assertEquals(Optional.empty(), GenerationLifecycle.resumable(all, ONE, 8));
    assertThrows(IllegalArgumentException.class, () -> GenerationLifecycle.resumable(all, ONE, 7));
    assertThrows(
        IllegalArgumentException.class, () -> GenerationLifecycle.resumable(List.of(), ONE, 0));
  }

  @Test
  void unknownIdIsNamed() {
    Generation known = generation(3, State.ACTIVE);
    assertSame(known, GenerationLifecycle.require(List.of(known), 3));
    assertEquals(
        9,
        assertThrows(
                UnknownGenerationException.class,
                () -> GenerationLifecycle.require(List.of(known), 9))
            .generation());
  }

  @Test
  void eachStepIsAllowedInItsStatesAlone() {
    allowedIn(EnumSet.of(State.BUILDING), GenerationLifecycle::requireBuilding);
    allowedIn(EnumSet.of(State.BUILDING, State.RETIRED), GenerationLifecycle::requireRetirable);
    allowedIn(EnumSet.of(State.BUILDING, State.ACTIVE), GenerationLifecycle::requireWritable);
    allowedIn(EnumSet.of(State.BUILDING, State.ACTIVE), GenerationLifecycle::requireSearchable);
    allowedIn(EnumSet.of(State.RETIRED), GenerationLifecycle::requireRetired);
  }

  private static void allowedIn(Set<State> states, Consumer<Generation> step) {
    for (State state : State.values()) {
      Generation generation = generation(5, state);
      if (states.contains(state)) {
        step.accept(generation);
      } else {
        GenerationStateException refused =
            assertThrows(GenerationStateException.class, () -> step.accept(generation));
        assertEquals(5, refused.generation());
        assertEquals(state, refused.state());
      }
    }
  }

  private static Generation generation(long id, State state) {
    return Generation.builder(id, ONE, Instant.EPOCH).state(state).build();
  }
}
