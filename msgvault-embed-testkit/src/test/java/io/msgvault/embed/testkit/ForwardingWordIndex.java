package io.msgvault.embed.testkit;

import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.WordHit;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.store.WordQuery;
import io.msgvault.embed.store.WordStatistics;
import io.msgvault.embed.text.WordAnalyzer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** Passes every call on, so that a mutant overrides only what it gets wrong. */
class ForwardingWordIndex implements WordIndex {
  final WordIndex real;

  ForwardingWordIndex(WordIndex real) {
    this.real = real;
  }

  @Override
  public void bind(UUID archive) {
    real.bind(archive);
  }

  @Override
  public Optional<UUID> archive() {
    return real.archive();
  }

  @Override
  public WordAnalyzer analyzer() {
    return real.analyzer();
  }

  @Override
  public void upsert(Collection<MessageWords> batch) {
    real.upsert(batch);
  }

  @Override
  public void delete(Collection<Long> messageIds) {
    real.delete(messageIds);
  }

  @Override
  public long size() {
    return real.size();
  }

  @Override
  public List<MessageRevision> entries(long afterId, int limit) {
    return real.entries(afterId, limit);
  }

  @Override
  public List<MessageRevision> entries(Collection<Long> messageIds) {
    return real.entries(messageIds);
  }

  @Override
  public OptionalLong lastRun() {
    return real.lastRun();
  }

  @Override
  public void recordRun(long run) {
    real.recordRun(run);
  }

  @Override
  public List<WordHit> search(WordQuery query, int k) {
    return real.search(query, k);
  }

  @Override
  public List<WordHit> search(WordQuery query, int k, Collection<Long> messageIds) {
    return real.search(query, k, messageIds);
  }

  @Override
  public WordStatistics statistics(Collection<WordQuery.Term> terms) {
    return real.statistics(terms);
  }

  @Override
  public void close() {
    real.close();
  }
}
