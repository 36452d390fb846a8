package io.msgvault.embed.cli.command;

import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.search.SearchMode;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.SearchResult;
import io.msgvault.embed.search.Searcher;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Finds messages by meaning and by words. */
@Command(
    name = "search",
    description = {
      "Finds the messages that answer a question best, by meaning and by words.",
      "A word may be a prefix (rattl*) or a phrase (\"server room\"). A mark before each hit says"
          + " which signal found it: v2/k1 is second by vectors and first by keywords."
    })
public final class SearchCommand implements Callable<Integer> {
  private final CliContext context;

  @Parameters(arity = "1..*", paramLabel = "QUERY", description = "The question, in any words.")
  private List<String> words = List.of();

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "hybrid",
      converter = ModeConverter.class,
      description = "How to search: vector (meaning), keyword (words) or hybrid. Default: hybrid")
  private SearchMode mode = SearchMode.HYBRID;

  @Option(
      names = "--offset",
      paramLabel = "N",
      defaultValue = "0",
      description = "Skip the best N hits, for the next page. Default: 0")
  private int offset;

  @Mixin private HitOptions hits = new HitOptions();
  @Mixin private FilterOptions filter = new FilterOptions();

  /** Creates the command. */
  public SearchCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    String query = String.join(" ", words).strip();
    if (query.isEmpty()) {
      throw new CommandFailure(ExitCode.USAGE, "the question is empty");
    }
    try (Backend backend = context.openBackendReadOnly();
        Embedder embedder = context.openEmbedder()) {
      SearchResult result =
          Searcher.builder(backend.messages(), backend.vectors(), embedder)
              .build()
              .search(
                  SearchRequest.of(query)
                      .withMode(mode)
                      .withFilter(filter.filter(context.zone()))
                      .withOffset(offset())
                      .withLimit(hits.limit()));
      hits.print(context, backend, result, offset, Double.NEGATIVE_INFINITY);
      return ExitCode.OK;
    }
  }

  private int offset() {
    if (offset < 0 || offset > SearchRequest.MAX_OFFSET) {
      throw new CommandFailure(
          ExitCode.USAGE, "--offset must be 0 to " + SearchRequest.MAX_OFFSET + ", not " + offset);
    }
    return offset;
  }

  private static final class ModeConverter implements ITypeConverter<SearchMode> {
    @Override
    public SearchMode convert(String value) {
      return Arrays.stream(SearchMode.values())
          .filter(mode -> mode.name().equalsIgnoreCase(value))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "expected vector, keyword or hybrid, but was '" + value + "'"));
    }
  }
}
