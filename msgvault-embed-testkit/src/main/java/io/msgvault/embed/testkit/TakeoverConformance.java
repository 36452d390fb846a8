package io.msgvault.embed.testkit;

import io.msgvault.embed.Generation;
import io.msgvault.embed.archive.FormerIndex;
import io.msgvault.embed.archive.Takeover;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Example;

/**
 * Holds a backend's {@link FormerIndex} to the rules TO-1 to TO-9 of the contract: an index from
 * before this library kept it is taken over, with nothing embedded again that need not be.
 *
 * <p>Processes are killed by the operating system, too: the system property {@code
 * msgvault.testkit.kills} says how many, {@code msgvault.testkit.messages} in archives of how many
 * messages.
 */
public abstract class TakeoverConformance extends TakeoverRules {
  private static final String KILLS = "msgvault.testkit.kills";
  private static final String MESSAGES = "msgvault.testkit.messages";
  private static final int DEFAULT_KILLS = 4;
  private static final int DEFAULT_MESSAGES = 400;

  /** For subclasses, which need a constructor without parameters. */
  protected TakeoverConformance() {}

  /** {@inheritDoc} */
  @Override
  protected abstract TakeoverFixture newFixture();

  // TO-2, TO-6: killed at any point

  /** Before each call that it makes of the archive, of its database and of the index. */
  @Rule({"TO-2", "TO-6"})
  @Example
  void killedBeforeAnyCallItComesToTheSameEnd() {
    for (boolean imported : new boolean[] {true, false}) {
      boolean killed = true;
      for (int call = 1; killed; call++) {
        try (OpenTakeover host = open()) {
          host.fill(6);
          host.createQueue();
          Takeover takeover;
          if (imported) {
            host.createVectors(ids(1, 6));
            host.tables.enqueue(OpenTakeover.QUEUE, OpenTakeover.FORMER, List.of(2L));
            takeover = host.importing();
          } else {
            host.tables.enqueue(OpenTakeover.QUEUE, host.createActive(ids(1, 6)), List.of(2L));
            takeover = OpenTakeover.ofActive();
          }
          killed = isKilled(host, takeover, call);
          boolean stamped = stampsAndMarkAgree(host, takeover);
          Expect.that(
              "TO-6",
              stamped || host.tables.exists(OpenTakeover.QUEUE),
              "the queue is gone before anything is stamped");
          host.storage.restart();
          host.takeOver(takeover);
          Expect.that(
              "TO-6",
              !host.tables.exists(OpenTakeover.QUEUE),
              "the queue is still there in the end");
          host.requireEnd("TO-2", without(ids(1, 6), 2L), Set.of(2L));
        }
      }
    }
  }

  private static boolean isKilled(OpenTakeover host, Takeover takeover, int call) {
    try {
      host.takeOver(takeover, Tap.killedBefore(call));
      return false;
    } catch (Tap.Killed killed) {
      return true;
    }
  }

  /** Whether everything is stamped; nothing is, otherwise. */
  private static boolean stampsAndMarkAgree(OpenTakeover host, Takeover takeover) {
    FormerIndex.Stage stage = host.tables.former(host.storage.archive.store(), takeover).stage();
    Set<Long> stamped =
        host.storage.index.store().active().map(Generation::id).map(host::stamped).orElse(Set.of());
    boolean open = stage == FormerIndex.Stage.OPEN;
    Expect.equal(
        "TO-2",
        open ? Set.of() : without(ids(1, 6), 2L),
        stamped,
        "what is stamped at the stage " + stage);
    return !open;
  }

  /** By the operating system, at random moments. */
  @Rule({"TO-2", "TO-6", "TO-7"})
  @Needs(Capability.OTHER_PROCESSES)
  @Example
  void killedProcessesComeToTheSameEnd() {
    long seed = Long.getLong(ConformanceHook.SEED, new Random().nextInt(Integer.MAX_VALUE));
    measured("seed of the kills", (double) seed);
    TakeoverKills kills =
        new TakeoverKills(
            this::newFixture, Integer.getInteger(MESSAGES, DEFAULT_MESSAGES), new Random(seed));
    try {
      kills.run(Integer.getInteger(KILLS, DEFAULT_KILLS));
    } catch (BrokenRule broken) {
      throw broken.in(List.of("kill " + kills.kills()), String.valueOf(seed));
    } finally {
      measured("kills", kills.kills());
      measured("takeovers", kills.rounds());
      kills.hits().forEach((step, count) -> measured("killed in " + step, count));
    }
  }

  // TO-4: what is written meanwhile

  /** At every moment from its beginning on at which the database can be written to. */
  @Rule("TO-4")
  @Example
  void messageThatIsEditedMeanwhileIsEmbeddedAgain() {
    boolean edited = true;
    for (int call = 1; edited; call++) {
      try (OpenTakeover host = imported(6)) {
        EditDuring edit = new EditDuring(call, () -> host.edit(2));
        host.takeOver(host.importing(), edit);
        edited = edit.done;
        if (edited) {
          host.requireEnd("TO-4", without(ids(1, 6), 2L), Set.of(2L));
        }
      }
    }
  }

  /**
   * The first call after so many that follow the beginning, but not in the stamping transaction.
   */
  private static final class EditDuring implements Tap {
    private final int call;
    private final Runnable edit;
    private int calls;
    private boolean begun;
    private boolean stamping;
    private boolean done;

    EditDuring(int call, Runnable edit) {
      this.call = call;
      this.edit = edit;
    }

    @Override
    public void before(String name, Object[] arguments) {
      boolean inTransaction = stamping && name.equals("VectorStore.messageIds");
      boolean mayEdit = begun && !inTransaction;
      begun |= name.equals("FormerIndex.pending");
      stamping = inTransaction || name.equals("FormerIndex.stamp");
      if (mayEdit && !done && ++calls >= call) {
        edit.run();
        done = true;
      }
    }
  }

  @Rule("TO-4")
  @Example
  void messageThatIsEditedBetweenKillAndNextTakeoverIsEmbeddedAgain() {
    boolean killed = true;
    for (int call = 1; killed; call++) {
      try (OpenTakeover host = imported(6)) {
        Tap tap = new KilledAfterBeginning(call);
        try {
          host.takeOver(host.importing(), tap);
          killed = false;
        } catch (Tap.Killed expected) {
          host.storage.restart();
          host.edit(2);
          host.takeOver(host.importing());
          host.requireEnd("TO-4", without(ids(1, 6), 2L), Set.of(2L));
        }
      }
    }
  }

  private static final class KilledAfterBeginning implements Tap {
    private final int call;
    private int calls;
    private boolean begun;

    KilledAfterBeginning(int call) {
      this.call = call;
    }

    @Override
    public void before(String name, Object[] arguments) {
      if (begun && ++calls >= call) {
        throw new Killed();
      }
      begun |= name.equals("FormerIndex.begin");
    }
  }
}
