package io.msgvault.embed.sqlite.internal.index;

import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.GenerationStateException;
import io.msgvault.embed.model.UnknownGenerationException;
import io.msgvault.embed.sqlite.internal.db.Session;
import io.msgvault.embed.store.support.GenerationLifecycle;
import java.sql.SQLException;
import java.util.Optional;

/** Creates generations, changes their states and finds their vectors, within a transaction. */
public final class Generations {
  private final Session session;
  private final GenerationDao dao;

  /** Works within the session's transaction. */
  public Generations(Session session) {
    this.session = session;
    this.dao = session.dao(GenerationDao.class);
  }

  /**
   * Returns a generation.
   *
   * @throws UnknownGenerationException if there is none with this id
   */
  public Generation require(long id) {
    return dao.byId(id).orElseThrow(() -> new UnknownGenerationException(id));
  }

  /** Returns the generation being built with this fingerprint, or creates it. */
  public Generation create(Fingerprint fingerprint, long id, String now) throws SQLException {
    Optional<Generation> resumed = GenerationLifecycle.resumable(dao.all(), fingerprint, id);
    if (resumed.isPresent()) {
      return resumed.get();
    }
    dao.insert(id, fingerprint, fingerprint.scope().toString(), now);
    Generation created = require(id);
    table(created).create();
    return created;
  }

  /** Makes a generation active, and retires the one that was. */
  public void activate(long id, String now) {
    GenerationLifecycle.requireBuilding(require(id));
    dao.inState(Generation.State.ACTIVE).ifPresent(active -> dao.retire(active.id(), now));
    dao.activate(id, now);
  }

  /** Retires a generation that is not active. */
  public void retire(long id, String now) {
    GenerationLifecycle.requireRetirable(require(id));
    forceRetire(id, now);
  }

  /** Retires a generation in any state. */
  public void forceRetire(long id, String now) {
    if (require(id).state() != Generation.State.RETIRED) {
      dao.retire(id, now);
    }
  }

  /** Makes a retired generation the building one again, with its vectors. */
  public Generation revive(long id) {
    require(id);
    GenerationLifecycle.requireRevivable(dao.all(), id, dao.isDropping(id));
    dao.revive(id);
    return require(id);
  }

  /**
   * Deletes some vectors of a retired generation, and returns whether more is to be done.
   *
   * @throws GenerationStateException if it was revived in the meantime
   */
  public boolean dropSomeRows(long id, int rows, String now) throws SQLException {
    GenerationLifecycle.requireRetired(require(id));
    Optional<VectorTable> table = findTable(id);
    if (table.isEmpty()) {
      return false;
    }
    dao.markDropping(id);
    if (table.get().deleteSome(rows)) {
      return true;
    }
    table.get().drop();
    dao.markDropped(id, now);
    return false;
  }

  /** Drops the vectors of all generations. */
  public void dropAll() throws SQLException {
    for (Generation generation : dao.all()) {
      table(generation).drop();
    }
  }

  /** Returns the vectors of a generation in any state, or empty once they are dropped. */
  public Optional<VectorTable> findTable(long id) {
    Generation generation = require(id);
    return dao.hasVectors(id) ? Optional.of(table(generation)) : Optional.empty();
  }

  /** Returns the table of a generation's vectors. */
  public VectorTable table(Generation generation) {
    return new VectorTable(session, generation.id(), generation.fingerprint().dimension());
  }
}
