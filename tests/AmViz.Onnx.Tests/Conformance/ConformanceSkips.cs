namespace AmViz.Onnx.Tests.Conformance;

/// <summary>Which of ONNX's cases are not taken, and why. Every one of them must be refused, so that none is left out that could be computed.</summary>
internal static class ConformanceSkips
{
    private const string Sequences = "sequences and optional values";
    private const string Strings = "texts";
    private const string Training = "training";
    private const string Control = "control flow";
    private const string Quantized = "quantized arithmetic";
    private const string Audio = "audio";
    private const string Random = "random numbers";
    private const string Recurrent = "recurrent networks";
    private const string DataDependent = "the shape of the result depends on values";
    private const string Rare = "not part of networks for pictures";
    private const string OtherDomain = "another domain than ai.onnx";
    private const string Old = "an operator of before opset 7";
    private const string Axes = "ONNX 1.18 forgot to bring heads before tokens (onnx issue 7118); ONNX put it right, and ONNX Runtime computes what we do";
    private const string Heads = "ONNX 1.18 gave heads of queries the wrong ones of keys (onnx pull request 7274); ONNX put it right, and ONNX Runtime computes what we do";
    private const string NumberFormat = "a number format that torch has not";

    /// <summary>By operator: every case whose model has a node of it.</summary>
    public static readonly IReadOnlyDictionary<string, string> Operators = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Bernoulli"] = Random,
        ["BlackmanWindow"] = Audio,
        ["ConvInteger"] = Quantized,
        ["DFT"] = Audio,
        ["DeformConv"] = Rare,
        ["DynamicQuantizeLinear"] = Quantized,
        ["GRU"] = Recurrent,
        ["HammingWindow"] = Audio,
        ["HannWindow"] = Audio,
        ["If"] = Control,
        ["ImageDecoder"] = Rare,
        ["LSTM"] = Recurrent,
        ["Loop"] = Control,
        ["MatMulInteger"] = Quantized,
        ["MaxUnpool"] = Rare,
        ["MelWeightMatrix"] = Audio,
        ["NegativeLogLikelihoodLoss"] = Training,
        ["NonMaxSuppression"] = DataDependent,
        ["OptionalGetElement"] = Sequences,
        ["OptionalHasElement"] = Sequences,
        ["QLinearConv"] = Quantized,
        ["QLinearMatMul"] = Quantized,
        ["RNN"] = Recurrent,
        ["RandomUniformLike"] = Random,
        ["RegexFullMatch"] = Strings,
        ["RoiAlign"] = Rare,
        ["STFT"] = Audio,
        ["Scan"] = Control,
        ["SequenceAt"] = Sequences,
        ["SequenceConstruct"] = Sequences,
        ["SequenceEmpty"] = Sequences,
        ["SequenceInsert"] = Sequences,
        ["SequenceLength"] = Sequences,
        ["SequenceMap"] = Sequences,
        ["SoftmaxCrossEntropyLoss"] = Training,
        ["SplitToSequence"] = Sequences,
        ["StringConcat"] = Strings,
        ["StringNormalizer"] = Strings,
        ["StringSplit"] = Strings,
        ["TfIdfVectorizer"] = Strings,
        ["Unique"] = DataDependent,
    };

    /// <summary>By domain.</summary>
    public static readonly IReadOnlyDictionary<string, string> Domains = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["ai.onnx.ml."] = OtherDomain,
        ["ai.onnx.preview.training."] = Training,
    };

    /// <summary>By name: cases whose operators are all taken.</summary>
    public static readonly IReadOnlyDictionary<string, string> Cases = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["test_PReLU_1d_multiparam"] = Old,
        ["test_PReLU_2d_multiparam"] = Old,
        ["test_PReLU_3d_multiparam"] = Old,
        ["test_batchnorm_epsilon_training_mode"] = Training,
        ["test_batchnorm_example_training_mode"] = Training,
        ["test_dequantizelinear_blocked"] = Quantized,
        ["test_identity_opt"] = Sequences,
        ["test_identity_sequence"] = Sequences,
        ["test_quantizelinear_blocked_asymmetric"] = Quantized,
        ["test_quantizelinear_blocked_symmetric"] = Quantized,
        ["test_training_dropout"] = Training,
        ["test_training_dropout_default"] = Training,
        ["test_training_dropout_default_mask"] = Training,
        ["test_training_dropout_mask"] = Training,
    };

    /// <summary>By name: cases that are computed, but whose numbers are not what the operator's definition says; they must differ still.</summary>
    public static readonly IReadOnlyDictionary<string, string> Wrong = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["test_attention_3d"] = Axes,
        ["test_attention_3d_attn_mask"] = Axes,
        ["test_attention_3d_causal"] = Axes,
        ["test_attention_3d_diff_heads_sizes"] = Axes,
        ["test_attention_3d_diff_heads_sizes_attn_mask"] = Axes,
        ["test_attention_3d_diff_heads_sizes_causal"] = Axes,
        ["test_attention_3d_diff_heads_sizes_scaled"] = Axes,
        ["test_attention_3d_diff_heads_sizes_softcap"] = Axes,
        ["test_attention_3d_diff_heads_with_past_and_present"] = Axes,
        ["test_attention_3d_gqa"] = Heads,
        ["test_attention_3d_gqa_attn_mask"] = Heads,
        ["test_attention_3d_gqa_causal"] = Heads,
        ["test_attention_3d_gqa_scaled"] = Heads,
        ["test_attention_3d_gqa_softcap"] = Heads,
        ["test_attention_3d_gqa_with_past_and_present"] = Heads,
        ["test_attention_3d_scaled"] = Axes,
        ["test_attention_3d_softcap"] = Axes,
        ["test_attention_3d_with_past_and_present"] = Axes,
        ["test_attention_3d_with_past_and_present_qk_matmul"] = Axes,
        ["test_attention_3d_with_past_and_present_qk_matmul_bias"] = Axes,
        ["test_attention_3d_with_past_and_present_qk_matmul_softcap"] = Axes,
        ["test_attention_3d_with_past_and_present_qk_matmul_softmax"] = Axes,
        ["test_attention_4d_gqa"] = Heads,
        ["test_attention_4d_gqa_attn_mask"] = Heads,
        ["test_attention_4d_gqa_causal"] = Heads,
        ["test_attention_4d_gqa_scaled"] = Heads,
        ["test_attention_4d_gqa_softcap"] = Heads,
        ["test_attention_4d_gqa_with_past_and_present"] = Heads,
    };

    /// <summary>Why a case is not taken; null: it must pass.</summary>
    public static (string Row, string Reason)? Of(ConformanceCase one)
    {
        if (Cases.TryGetValue(one.Name, out string? reason))
        {
            return (one.Name, reason);
        }

        foreach (string kind in one.Kinds)
        {
            if (Operators.TryGetValue(kind, out reason))
            {
                return (kind, reason);
            }

            foreach (var domain in Domains.Where(domain => kind.StartsWith(domain.Key, StringComparison.Ordinal)))
            {
                return (domain.Key, domain.Value);
            }
        }

        return one.Formats.Any(format => TensorTypes.TypeOf(format) is null) ? ("number formats", NumberFormat) : null;
    }
}
