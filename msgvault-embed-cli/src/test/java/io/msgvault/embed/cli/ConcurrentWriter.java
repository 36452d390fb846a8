package io.msgvault.embed.cli;

import io.msgvault.embed.archive.MessageArchive;
import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;

/**
 * A host that edits, adds, deletes and restores messages, one transaction after the other, as fast
 * as it can. It begins when somebody waits for it, so that it does not end before a run has begun.
 */
final class ConcurrentWriter implements Runnable {
  static final int NO_LIMIT = Integer.MAX_VALUE;

  private final MessageArchive archive;
  private final MessageStore messages;
  private final Connection connection;
  private final int writes;
  private final SplittableRandom random = new SplittableRandom(5);
  private final List<Long> ids;
  private final CountDownLatch awaited = new CountDownLatch(1);
  private int written;
  private boolean finished;

  /**
   * @param connection what it deletes rows by
   * @param ids the messages that are there
   * @param writes how many it makes
   */
  ConcurrentWriter(
      MessageArchive archive,
      MessageStore messages,
      Connection connection,
      List<Long> ids,
      int writes) {
    this.archive = archive;
    this.messages = messages;
    this.connection = connection;
    this.ids = new ArrayList<>(ids);
    this.writes = writes;
  }

  @Override
  public void run() {
    try {
      awaited.await();
      for (int i = 0; i < writes; i++) {
        write();
        signalWrite(i == writes - 1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      signalWrite(true);
    }
  }

  private synchronized void signalWrite(boolean last) {
    written++;
    finished |= last;
    notifyAll();
  }

  synchronized boolean isFinished() {
    return finished;
  }

  /** Waits for a number of further writes, or for the last one. */
  synchronized void await(int more) throws InterruptedException {
    awaited.countDown();
    int until = written + more;
    while (written < until && !finished) {
      wait();
    }
  }

  private void write() {
    long id = randomId();
    Optional<Message> found = messages.find(List.of(id), NO_LIMIT).stream().findFirst();
    if (found.isEmpty()) {
      archive.restore(id);
      return;
    }
    Message message = found.get();
    switch (random.nextInt(10)) {
      case 0 -> add(message);
      case 1 -> archive.delete(id, Instant.EPOCH);
      case 2 -> delete(id);
      case 3 -> archive.update(id, "", "", "");
      case 4 -> archive.setLabels(id, Set.of("label " + random.nextInt(5)));
      case 5 -> editAndRevert(message);
      case 6 -> swapTexts(message);
      default ->
          archive.update(
              id, message.subject(), message.text() + "\n\nword" + written, message.html());
    }
  }

  private long randomId() {
    return ids.get(random.nextInt(ids.size()));
  }

  private void add(Message like) {
    NewMessage message =
        NewMessage.builder("added", "number " + written)
            .subject(like.subject())
            .text(like.text() + "\n\nadded" + written)
            .html(like.html())
            .build();
    ids.add(archive.store(message).id());
  }

  /** The row itself goes, by a statement of some other program. */
  private void delete(long id) {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM messages WHERE id = ?")) {
      delete.setLong(1, id);
      delete.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void editAndRevert(Message message) {
    archive.update(message.id(), message.subject(), "something else", "");
    archive.update(message.id(), message.subject(), message.text(), message.html());
  }

  private void swapTexts(Message one) {
    messages.find(List.of(randomId()), NO_LIMIT).stream()
        .findFirst()
        .ifPresent(
            other -> {
              archive.update(one.id(), other.subject(), other.text(), other.html());
              archive.update(other.id(), one.subject(), one.text(), one.html());
            });
  }
}
