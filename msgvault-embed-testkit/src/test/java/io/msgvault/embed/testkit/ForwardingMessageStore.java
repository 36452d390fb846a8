package io.msgvault.embed.testkit;

import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageDetails;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.Rejection;
import io.msgvault.embed.store.Removal;
import io.msgvault.embed.store.ScanLimits;
import io.msgvault.embed.store.Stamp;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** A message store that passes each call to another store; override a method to change it. */
class ForwardingMessageStore implements MessageStore {
  final MessageStore store;

  ForwardingMessageStore(MessageStore store) {
    this.store = store;
  }

  @Override
  public UUID archiveId() {
    return store.archiveId();
  }

  @Override
  public long reserveGenerationId(long above) {
    return store.reserveGenerationId(above);
  }

  @Override
  public List<Message> scan(long target, Scope scope, long afterId, ScanLimits limits) {
    return store.scan(target, scope, afterId, limits);
  }

  @Override
  public List<Message> find(Collection<Long> ids, int bodyCharacters) {
    return store.find(ids, bodyCharacters);
  }

  @Override
  public List<MessageRevision> needingWork(long generation, Scope scope, long afterId, int limit) {
    return store.needingWork(generation, scope, afterId, limit);
  }

  @Override
  public List<MessageRevision> live(Scope scope, long afterId, int limit) {
    return store.live(scope, afterId, limit);
  }

  @Override
  public List<MessageDetails> details(Collection<Long> ids) {
    return store.details(ids);
  }

  @Override
  public List<Removal> removed(long afterSequence, int limit) {
    return store.removed(afterSequence, limit);
  }

  @Override
  public void settleRemoved(Collection<Removal> removals) {
    store.settleRemoved(removals);
  }

  @Override
  public void sync() {
    store.sync();
  }

  @Override
  public Set<Long> stamp(long target, Collection<Stamp> stamps) {
    return store.stamp(target, stamps);
  }

  @Override
  public void unstamp(Collection<Long> ids) {
    store.unstamp(ids);
  }

  @Override
  public Coverage coverage(long target, Scope scope) {
    return store.coverage(target, scope);
  }

  @Override
  public long miscounted() {
    return store.miscounted();
  }

  @Override
  public long recount() {
    return store.recount();
  }

  @Override
  public Set<Long> stampedGenerations() {
    return store.stampedGenerations();
  }

  @Override
  public List<MessageRevision> embeddedIds(long target, long afterId, int limit) {
    return store.embeddedIds(target, afterId, limit);
  }

  @Override
  public List<Long> blankIds(long target, long afterId, int limit) {
    return store.blankIds(target, afterId, limit);
  }

  @Override
  public List<Rejection> rejections(long target, long afterId, int limit) {
    return store.rejections(target, afterId, limit);
  }

  @Override
  public Set<Long> filterIds(Collection<Long> ids, MessageFilter filter) {
    return store.filterIds(ids, filter);
  }

  @Override
  public Optional<List<Long>> findMatching(MessageFilter filter, int atMost) {
    return store.findMatching(filter, atMost);
  }

  @Override
  public boolean supportsSeekingScan() {
    return store.supportsSeekingScan();
  }

  @Override
  public boolean hasUnfinishedMigration() {
    return store.hasUnfinishedMigration();
  }

  @Override
  public void close() {
    store.close();
  }
}
