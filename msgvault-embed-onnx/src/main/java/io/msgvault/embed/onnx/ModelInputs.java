package io.msgvault.embed.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The inputs of a model. Most models read a matrix with a row for each text. A model with the input
 * {@code offsets} reads a list of all tokens, and where each text begins in it.
 */
final class ModelInputs {
  private static final String IDS = "input_ids";
  private static final String MASK = "attention_mask";
  private static final String TYPES = "token_type_ids";
  private static final String OFFSETS = "offsets";
  private static final Set<String> OF_MATRIX = Set.of(IDS, MASK, TYPES);
  private static final Set<String> OF_LIST = Set.of(IDS, OFFSETS);

  private final Map<String, OnnxJavaType> types = new HashMap<>();
  private final boolean isList;
  private boolean takesOneText;

  /** The numbers of an input, in rows. */
  static final class Values {
    final long[] numbers;
    final long[] shape;

    private Values(long[] numbers, long[] shape) {
      this.numbers = numbers;
      this.shape = shape;
    }
  }

  /**
   * Checks the inputs.
   *
   * @throws IllegalArgumentException if a text can't be put into them; the message says why
   */
  ModelInputs(Collection<NodeInfo> inputs) {
    isList = inputs.stream().anyMatch(input -> input.getName().equals(OFFSETS));
    for (NodeInfo input : inputs) {
      TensorInfo tensor = check(input);
      types.put(input.getName(), tensor.type);
      takesOneText |= !isList && tensor.getShape()[0] == 1;
    }
    if (!types.containsKey(IDS)) {
      throw new IllegalArgumentException("it has no input " + IDS);
    }
  }

  private TensorInfo check(NodeInfo input) {
    String name = input.getName();
    if (!(isList ? OF_LIST : OF_MATRIX).contains(name)) {
      throw new IllegalArgumentException("it has an unknown input " + name);
    }
    if (!(input.getInfo() instanceof TensorInfo tensor)
        || (tensor.type != OnnxJavaType.INT64 && tensor.type != OnnxJavaType.INT32)
        || tensor.getShape().length != (isList ? 1 : 2)) {
      throw new IllegalArgumentException(
          "its input %s is not a %s of integers: %s"
              .formatted(name, isList ? "list" : "matrix", input.getInfo()));
    }
    long[] shape = tensor.getShape();
    boolean isFixed = isList ? shape[0] > 0 : shape[0] > 1 || shape[1] > 0;
    if (isFixed) {
      throw new IllegalArgumentException(
          "its input " + name + " has the fixed shape " + Arrays.toString(shape));
    }
    return tensor;
  }

  /** Returns which texts may share a run, as far as the inputs decide that. */
  Sharing sharing() {
    if (takesOneText) {
      return Sharing.NONE;
    }
    if (isList) {
      return Sharing.PACKED;
    }
    return types.containsKey(MASK) ? Sharing.PADDED : Sharing.EQUAL_LENGTHS;
  }

  /**
   * Returns whether a text gets the special tokens of its tokenizer. Models that read a list are
   * trained without them.
   */
  boolean haveSpecialTokens() {
    return !isList;
  }

  /** Returns whether an input takes integers of 64 bits, and not of 32. */
  boolean isWide(String name) {
    return types.get(name) == OnnxJavaType.INT64;
  }

  /** Returns the values of each input, for texts that may share a run. */
  Map<String, Values> of(List<TokenizedText> batch) {
    return isList ? list(batch) : matrix(batch);
  }

  private Map<String, Values> list(List<TokenizedText> batch) {
    long[] ids = new long[batch.stream().mapToInt(TokenizedText::length).sum()];
    long[] offsets = new long[batch.size()];
    int end = 0;
    for (int i = 0; i < offsets.length; i++) {
      TokenizedText text = batch.get(i);
      offsets[i] = end;
      System.arraycopy(text.ids, 0, ids, end, text.length());
      end += text.length();
    }
    return Map.of(
        IDS, new Values(ids, new long[] {ids.length}),
        OFFSETS, new Values(offsets, new long[] {offsets.length}));
  }

  private Map<String, Values> matrix(List<TokenizedText> batch) {
    int rows = batch.size();
    int width = batch.stream().mapToInt(TokenizedText::length).max().orElseThrow();
    long[] ids = new long[rows * width];
    long[] mask = new long[rows * width];
    long[] kinds = new long[rows * width];
    for (int row = 0; row < rows; row++) {
      TokenizedText text = batch.get(row);
      int from = row * width;
      System.arraycopy(text.ids, 0, ids, from, text.length());
      System.arraycopy(text.types, 0, kinds, from, text.length());
      Arrays.fill(mask, from, from + text.length(), 1);
    }
    long[] shape = {rows, width};
    Map<String, Values> values = new HashMap<>();
    values.put(IDS, new Values(ids, shape));
    values.put(MASK, new Values(mask, shape));
    values.put(TYPES, new Values(kinds, shape));
    values.keySet().retainAll(types.keySet());
    return values;
  }
}
