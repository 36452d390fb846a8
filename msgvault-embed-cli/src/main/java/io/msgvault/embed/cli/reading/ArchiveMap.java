package io.msgvault.embed.cli.reading;

import com.fasterxml.jackson.core.JsonGenerator;
import io.msgvault.embed.archive.MessageHeader;
import io.msgvault.embed.cli.output.Json;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.support.VectorMath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.DoubleConsumer;

/**
 * Makes the map of an archive: one point for each message of an index, placed by the two principal
 * components of their vectors. The axes come from an even sample; then all messages are placed in
 * one pass, so that memory holds a point of each message and never all vectors.
 */
final class ArchiveMap {
  /** The greatest coordinate; the least is 0. */
  static final int EXTENT = 65_535;

  private static final int SAMPLE = 8_000;
  private static final int BATCH = 1_000;
  private static final double SAMPLE_SHARE = 0.2;

  private final ArchiveReader reader;
  private final long generation;
  private final DoubleConsumer progress;
  private final List<Long> ids = new ArrayList<>();
  private final MapGroups sources = new MapGroups();
  private final MapGroups labels = new MapGroups();

  private ArchiveMap(ArchiveReader reader, long generation, DoubleConsumer progress) {
    this.reader = reader;
    this.generation = generation;
    this.progress = progress;
  }

  /**
   * Makes the map of a generation, as JSON.
   *
   * @param progress gets the share that is done, from 0 to 1
   */
  static byte[] json(ArchiveReader reader, long generation, DoubleConsumer progress) {
    return new ArchiveMap(reader, generation, progress).json();
  }

  private byte[] json() {
    List<Long> indexed = indexedIds();
    List<float[]> sample = sample(indexed);
    double[] x = new double[indexed.size()];
    double[] y = new double[indexed.size()];
    if (!sample.isEmpty()) {
      place(PrincipalAxes.of(sample), indexed, x, y);
    }
    int[] xs = scale(Arrays.copyOf(x, ids.size()));
    int[] ys = scale(Arrays.copyOf(y, ids.size()));
    MapGroups.Grouping bySource = sources.grouping();
    MapGroups.Grouping byLabel = labels.grouping();
    return Json.bytes(
        json -> {
          json.writeStartObject();
          json.writeStringField("state", "ready");
          json.writeNumberField("generation", generation);
          json.writeArrayFieldStart("ids");
          for (long id : ids) {
            json.writeNumber(id);
          }
          json.writeEndArray();
          writeNumbers(json, "x", xs);
          writeNumbers(json, "y", ys);
          writeNumbers(json, "source", bySource.ofPoints());
          writeNumbers(json, "label", byLabel.ofPoints());
          writeStrings(json, "sources", bySource.names());
          writeStrings(json, "labels", byLabel.names());
          json.writeEndObject();
        });
  }

  private List<Long> indexedIds() {
    List<Long> all = new ArrayList<>();
    long after = 0;
    while (true) {
      List<MessageRevision> page = vectors().messageIds(generation, after, 10 * BATCH);
      if (page.isEmpty()) {
        return all;
      }
      page.forEach(each -> all.add(each.messageId()));
      after = all.get(all.size() - 1);
    }
  }

  private List<float[]> sample(List<Long> indexed) {
    int step = Math.max(1, (indexed.size() + SAMPLE - 1) / SAMPLE);
    List<Long> chosen = new ArrayList<>();
    for (int i = 0; i < indexed.size(); i += step) {
      chosen.add(indexed.get(i));
    }
    List<float[]> found = new ArrayList<>();
    for (List<Long> batch : batches(chosen)) {
      stopIfInterrupted();
      vectors().vectors(generation, batch).forEach(message -> found.add(centre(message)));
      progress.accept(SAMPLE_SHARE * found.size() / chosen.size());
    }
    return found;
  }

  private void place(PrincipalAxes axes, List<Long> indexed, double[] x, double[] y) {
    int read = 0;
    for (List<Long> batch : batches(indexed)) {
      stopIfInterrupted();
      Map<Long, MessageHeader> headers = new HashMap<>();
      reader.backend().headers(batch).forEach(header -> headers.put(header.id(), header));
      for (MessageVectors message : vectors().vectors(generation, batch)) {
        MessageHeader header = headers.get(message.messageId());
        if (header != null) {
          float[] centre = centre(message);
          x[ids.size()] = axes.x(centre);
          y[ids.size()] = axes.y(centre);
          ids.add(header.id());
          sources.add(List.of(header.source()));
          labels.add(header.labels());
        }
      }
      read += batch.size();
      progress.accept(SAMPLE_SHARE + (1 - SAMPLE_SHARE) * read / indexed.size());
    }
  }

  private static void stopIfInterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("the server ends");
    }
  }

  private VectorStore vectors() {
    return reader.backend().vectors();
  }

  private static List<List<Long>> batches(List<Long> all) {
    List<List<Long>> batches = new ArrayList<>();
    for (int from = 0; from < all.size(); from += BATCH) {
      batches.add(all.subList(from, Math.min(all.size(), from + BATCH)));
    }
    return batches;
  }

  /** Returns the mean of the directions of a message's chunks. */
  private static float[] centre(MessageVectors message) {
    List<ChunkVector> chunks = message.chunks();
    float[] sum = VectorMath.normalize(chunks.get(0).vector()).clone();
    for (ChunkVector chunk : chunks.subList(1, chunks.size())) {
      float[] unit = VectorMath.normalize(chunk.vector());
      for (int i = 0; i < sum.length; i++) {
        sum[i] += unit[i];
      }
    }
    for (int i = 0; i < sum.length; i++) {
      sum[i] /= chunks.size();
    }
    return sum;
  }

  /** Maps the values to 0 to {@link #EXTENT}; a few far-off ones lie on the edge. */
  private static int[] scale(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int cut = sorted.length / 2_000;
    double low = sorted.length == 0 ? 0 : sorted[cut];
    double width = sorted.length == 0 ? 0 : sorted[sorted.length - 1 - cut] - low;
    return Arrays.stream(values)
        .mapToInt(
            value ->
                width == 0
                    ? EXTENT / 2
                    : (int) Math.round(Math.min(1, Math.max(0, (value - low) / width)) * EXTENT))
        .toArray();
  }

  private static void writeNumbers(JsonGenerator json, String name, int[] numbers)
      throws IOException {
    json.writeFieldName(name);
    json.writeArray(numbers, 0, numbers.length);
  }

  private static void writeStrings(JsonGenerator json, String name, Collection<String> strings)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String string : strings) {
      json.writeString(string);
    }
    json.writeEndArray();
  }
}
