package io.msgvault.embed.cli.command;

import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.cli.backend.OpenedWords;
import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.search.Reranker;
import io.msgvault.embed.search.SearchMode;
import io.msgvault.embed.search.Searcher;
import java.util.Optional;

/** Holds the searcher of a command, with the words and the reranker that it uses. */
final class SearchEngine implements AutoCloseable {
  private final OpenedWords words;
  private final Optional<Reranker> reranker;
  private final Searcher searcher;

  private SearchEngine(OpenedWords words, Optional<Reranker> reranker, Searcher searcher) {
    this.words = words;
    this.reranker = reranker;
    this.searcher = searcher;
  }

  /** Opens the words of an archive, and the reranker if one is wanted. */
  static SearchEngine open(
      CliContext context, Backend backend, Embedder embedder, RerankerOptions options) {
    OpenedWords words = backend.readWords();
    Optional<Reranker> reranker = options.open();
    Searcher.Builder searcher =
        Searcher.builder(backend.messages(), backend.vectors(), embedder).clock(context.clock());
    words.index().ifPresent(searcher::words);
    reranker.ifPresent(searcher::reranker);
    return new SearchEngine(words, reranker, searcher.build());
  }

  Searcher searcher() {
    return searcher;
  }

  /** Returns why the words can't be used, with the remedy; empty if they can. */
  Optional<String> wordsProblem() {
    return words.note();
  }

  /** Fails with the remedy if a mode needs words, and they can't be used. */
  void requireAnswer(SearchMode mode) {
    if (mode == SearchMode.KEYWORD && words.note().isPresent()) {
      throw new CommandFailure(ExitCode.NOT_READY, words.note().get());
    }
  }

  @Override
  public void close() {
    reranker.ifPresent(Reranker::close);
  }
}
