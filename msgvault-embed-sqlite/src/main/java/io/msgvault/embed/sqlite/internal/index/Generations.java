package io.msgvault.embed.sqlite.internal.index;

import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.GenerationConflictException;
import io.msgvault.embed.model.GenerationStateException;
import io.msgvault.embed.model.UnknownGenerationException;
import io.msgvault.embed.sqlite.internal.db.Session;
import java.sql.SQLException;
import java.util.Optional;

/** The life cycle of generations, within a transaction. */
public final class Generations {
  private final Session session;
  private final GenerationDao dao;

  public Generations(Session session) {
    this.session = session;
    this.dao = session.dao(GenerationDao.class);
  }

  public Generation require(long id) {
    return dao.byId(id).orElseThrow(() -> new UnknownGenerationException(id));
  }

  /** The generation, which must be BUILDING. */
  public Generation requireBuilding(long id) {
    Generation generation = require(id);
    if (generation.state() != Generation.State.BUILDING) {
      throw new GenerationStateException(
          id, generation.state(), "only a generation that is being built can be activated");
    }
    return generation;
  }

  /** The generation, which must not be retired. */
  public Generation requireNotRetired(long id, String remedy) {
    Generation generation = require(id);
    if (generation.state() == Generation.State.RETIRED) {
      throw new GenerationStateException(id, generation.state(), remedy);
    }
    return generation;
  }

  public Generation create(Fingerprint fingerprint, long id, String now) throws SQLException {
    Optional<Generation> building = dao.inState(Generation.State.BUILDING);
    if (building.isPresent()) {
      if (building.get().fingerprint().equals(fingerprint)) {
        return building.get();
      }
      throw new GenerationConflictException(building.get(), fingerprint);
    }
    long highest = dao.highestId();
    if (id <= highest) {
      throw new IllegalArgumentException(
          "the id of a new generation must be above " + highest + ", but is " + id);
    }
    dao.insert(id, fingerprint, fingerprint.scope().toString(), now);
    Generation created = require(id);
    table(created).create();
    return created;
  }

  public void activate(long id, String now) {
    requireBuilding(id);
    dao.inState(Generation.State.ACTIVE).ifPresent(former -> dao.retire(former.id(), now));
    dao.activate(id, now);
  }

  public void retire(long id, String now) {
    Generation generation = require(id);
    if (generation.state() == Generation.State.ACTIVE) {
      throw new GenerationStateException(
          id,
          generation.state(),
          "it serves searches; activate its successor, or force its retirement");
    }
    forceRetire(id, now);
  }

  public void forceRetire(long id, String now) {
    if (require(id).state() != Generation.State.RETIRED) {
      dao.retire(id, now);
    }
  }

  /** Deletes some vectors of a retired generation; returns whether there is more to do. */
  public boolean dropSomeRows(long id, int rows, String now) throws SQLException {
    Optional<VectorTable> table = findTable(id);
    if (table.isEmpty()) {
      return false;
    }
    if (table.get().deleteSome(rows)) {
      return true;
    }
    table.get().drop();
    dao.markDropped(id, now);
    return false;
  }

  /** The vectors of a generation of any state; empty once they are reclaimed. */
  public Optional<VectorTable> findTable(long id) {
    Generation generation = require(id);
    return dao.hasVectors(id) ? Optional.of(table(generation)) : Optional.empty();
  }

  public VectorTable table(Generation generation) {
    return new VectorTable(session, generation.id(), generation.fingerprint().dimension());
  }
}
