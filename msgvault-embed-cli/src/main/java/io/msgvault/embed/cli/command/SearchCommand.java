package io.msgvault.embed.cli.command;

import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.search.SearchMode;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.SearchResult;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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
      "A word may be a prefix (rattl*) or a phrase (\"server room\"). The question may name what to"
          + " search: from:anna@example.org to:@club.example subject:roof label:work -label:spam"
          + " has:attachment after:2025-01-01 before:2026-01-01.",
      "A mark before each hit says"
          + " which signal found it: v2/k1 is second by vectors and first by words."
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

  @Option(
      names = "--min-score",
      paramLabel = "SCORE",
      description = "Only hits with this score at least: 0 to 1.")
  private Optional<Double> minScore = Optional.empty();

  @Option(
      names = "--sort",
      paramLabel = "ORDER",
      defaultValue = "relevance",
      converter = SortConverter.class,
      description = "The order of the hits: relevance, newest or oldest. Default: relevance")
  private SearchRequest.Sort sort = SearchRequest.Sort.RELEVANCE;

  @Option(names = "--collapse", description = "Only the best hit of each conversation.")
  private boolean collapse;

  @Option(
      names = "--passages",
      paramLabel = "N",
      defaultValue = "1",
      description = "The most passages to show of each hit. Default: 1")
  private int passages = 1;

  @Mixin private RerankerOptions reranker = new RerankerOptions();
  @Mixin private HitOptions hits = new HitOptions();
  @Mixin private FilterOptions filter = new FilterOptions();

  /** Creates the command. */
  public SearchCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    SearchRequest request = request();
    try (Backend backend = context.openBackendReadOnly();
        Embedder embedder = context.openEmbedder();
        SearchEngine engine = SearchEngine.open(context, backend, embedder, reranker)) {
      engine.requireAnswer(mode);
      SearchResult result = engine.searcher().search(request);
      hits.print(context, backend, result, offset, Double.NEGATIVE_INFINITY, engine.wordsProblem());
      return ExitCode.OK;
    }
  }

  private SearchRequest request() {
    String query = String.join(" ", words).strip();
    if (query.isEmpty()) {
      throw new CommandFailure(ExitCode.USAGE, "the question is empty");
    }
    SearchRequest parsed = SearchRequest.parse(query, context.zone());
    SearchRequest request =
        parsed
            .withFilter(filter.filter(parsed.filter(), context.zone()))
            .withMode(mode)
            .withSort(sort)
            .withCollapsed(collapse)
            .withOffset(inRange("--offset", offset, 0, SearchRequest.MAX_OFFSET))
            .withPassages(inRange("--passages", passages, 0, SearchRequest.MAX_PASSAGES))
            .withLimit(hits.limit());
    return minScore.isPresent() ? request.withMinScore(minScore.get()) : request;
  }

  private static int inRange(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw new CommandFailure(
          ExitCode.USAGE, option + " must be " + min + " to " + max + ", not " + value);
    }
    return value;
  }

  private static final class SortConverter implements ITypeConverter<SearchRequest.Sort> {
    @Override
    public SearchRequest.Sort convert(String value) {
      return Arrays.stream(SearchRequest.Sort.values())
          .filter(sort -> sort.name().equalsIgnoreCase(value))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "expected relevance, newest or oldest, but was '" + value + "'"));
    }
  }
}
