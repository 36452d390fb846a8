package io.msgvault.embed.cli.command;

import io.msgvault.embed.archive.MessageHeader;
import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.Console;
import io.msgvault.embed.cli.output.EvaluationReport;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.search.SearchMode;
import io.msgvault.embed.search.evaluation.Evaluation;
import io.msgvault.embed.search.evaluation.EvaluationResult;
import io.msgvault.embed.search.evaluation.Judgements;
import io.msgvault.embed.search.evaluation.Topic;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.LongFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how well searches find what was judged to answer. */
@Command(
    name = "eval",
    description = {
      "Measures how well searches answer questions whose answers are known: nDCG@10, recall@100,"
          + " MAP and MRR, and the time of a search.",
      "The files are those of TREC: topics (a line with an id, a tab and a question, or <top>"
          + " blocks) and judgements (lines of topic, 0, message and grade)."
    })
public final class EvalCommand implements Callable<Integer> {
  private final CliContext context;

  @Option(names = "--topics", required = true, paramLabel = "FILE", description = "The questions.")
  private Path topics = Path.of("");

  @Option(
      names = "--qrels",
      required = true,
      paramLabel = "FILE",
      description = "Which messages answer them.")
  private Path judgements = Path.of("");

  @Option(
      names = "--modes",
      split = ",",
      paramLabel = "MODE",
      converter = ModeConverter.class,
      description = "The searches to measure. Default: vector,keyword,hybrid")
  private List<SearchMode> modes =
      List.of(SearchMode.VECTOR, SearchMode.KEYWORD, SearchMode.HYBRID);

  @Option(
      names = "--external-ids",
      description =
          "The judgements name messages by their external id, such as the Message-ID. Default: by"
              + " their id")
  private boolean externalIds;

  @Option(names = "--json", description = "Write JSON.")
  private boolean json;

  @Mixin private RerankerOptions reranker = new RerankerOptions();

  /** Creates the command. */
  public EvalCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    try (Backend backend = context.openBackendReadOnly();
        Embedder embedder = context.openEmbedder();
        SearchEngine engine = SearchEngine.open(context, backend, embedder, reranker)) {
      Evaluation evaluation = evaluation(backend);
      Map<SearchMode, EvaluationResult> results = new LinkedHashMap<>();
      for (SearchMode mode : modes) {
        engine.requireAnswer(mode);
        results.put(mode, evaluation.run(engine.searcher(), mode));
      }
      EvaluationReport report = new EvaluationReport(results);
      if (json) {
        report.writeJson(context.console().out());
      } else {
        report.print(context.console());
      }
      return ExitCode.OK;
    }
  }

  private Evaluation evaluation(Backend backend) {
    LongFunction<String> names =
        externalIds
            ? id ->
                backend.headers(List.of(id)).stream()
                    .map(MessageHeader::externalId)
                    .findFirst()
                    .orElse(Long.toString(id))
            : Long::toString;
    try {
      return Evaluation.builder(Topic.read(topics), Judgements.read(judgements))
          .documentName(names)
          .build();
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, Console.toOneLine(String.valueOf(e.getMessage())));
    }
  }
}
