/**
 * Measures how well a search finds, on questions whose answers are known.
 *
 * <p>A host needs topics (questions) and judgements (which documents answer them), both in the form
 * of TREC. An {@link io.msgvault.embed.search.evaluation.Evaluation} asks every topic and compares
 * the ranking with the judgements:
 *
 * <pre>{@code
 * Evaluation evaluation =
 *     Evaluation.builder(Topic.read(Path.of("topics.tsv")), Judgements.read(Path.of("qrels.txt")))
 *         .build();
 * EvaluationResult hybrid = evaluation.run(searcher, SearchMode.HYBRID);
 * System.out.println(hybrid.mean().ndcg() + ", 99 % within " + hybrid.percentile(99));
 * }</pre>
 *
 * <p>{@link io.msgvault.embed.search.evaluation.Measures} has the formulas. They follow <a
 * href="https://github.com/usnistgov/trec_eval">trec_eval</a>, so the figures can be compared with
 * published ones.
 */
@NullMarked
package io.msgvault.embed.search.evaluation;

import org.jspecify.annotations.NullMarked;
