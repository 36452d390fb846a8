package io.msgvault.embed.benchmarks;

import io.msgvault.embed.sqlite.internal.codes.BinaryCode;
import io.msgvault.embed.sqlite.internal.codes.CodeMatrix;
import io.msgvault.embed.sqlite.internal.codes.CodeQuery;
import io.msgvault.embed.sqlite.internal.codes.CodeScan;
import io.msgvault.embed.sqlite.internal.codes.Rotation;
import io.msgvault.embed.sqlite.internal.codes.ScanHelpers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Measures work with binary codes: computing 64 codes at once and one by one, and comparing all
 * codes with that of a query. Reading the same number of bytes is the lower bound of the
 * comparison.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CodeParts {
  private static final int DIMENSION = 384;
  private static final int VECTORS = 64;

  /** Vectors without codes. */
  @State(Scope.Benchmark)
  public static class InputVectors {
    private final Rotation rotation = new Rotation(DIMENSION);
    private final List<float[]> vectors = random(VECTORS, new SplittableRandom(1));
  }

  /** The codes of an index. */
  @State(Scope.Benchmark)
  public static class IndexCodes {
    /** The number of codes. */
    @Param("1000000")
    public int count;

    private final Rotation rotation = new Rotation(DIMENSION);
    private final Lock lock = new ReentrantLock();
    private CodeMatrix codes = new CodeMatrix(rotation);
    private CodeQuery query = CodeQuery.of(random(1, new SplittableRandom(2)).get(0), rotation);
    private long[] comparableMemory = {};

    /** Computes the codes. */
    @Setup
    public void fill() {
      SplittableRandom random = new SplittableRandom(3);
      for (int i = 0; i < count; i += VECTORS) {
        for (BinaryCode code : BinaryCode.of(random(VECTORS, random), rotation)) {
          codes.add(codes.rows(), code);
        }
      }
      comparableMemory = random.longs((long) codes.rows() * rotation.size() / Long.SIZE).toArray();
    }
  }

  /** Computes codes in blocks. */
  @Benchmark
  @OperationsPerInvocation(VECTORS)
  public Object code(InputVectors input) {
    return BinaryCode.of(input.vectors, input.rotation);
  }

  /** Computes codes one by one. */
  @Benchmark
  @OperationsPerInvocation(VECTORS)
  public Object codeAlone(InputVectors input) {
    List<BinaryCode> codes = new ArrayList<>(VECTORS);
    for (float[] vector : input.vectors) {
      codes.add(BinaryCode.of(vector, input.rotation));
    }
    return Collections.unmodifiableList(codes);
  }

  /** Counts the differing signs of every code. */
  @Benchmark
  public Object scan(IndexCodes index) {
    return new CodeScan(index.codes, index.query, index.lock, ScanHelpers.NONE);
  }

  /** Reads as much memory as the codes need. */
  @Benchmark
  public long memory(IndexCodes index) {
    long all = 0;
    for (long word : index.comparableMemory) {
      all ^= word;
    }
    return all;
  }

  private static List<float[]> random(int count, SplittableRandom random) {
    return IntStream.range(0, count).mapToObj(i -> random(random)).toList();
  }

  private static float[] random(SplittableRandom random) {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) random.nextDouble(-1, 1);
    }
    return vector;
  }
}
