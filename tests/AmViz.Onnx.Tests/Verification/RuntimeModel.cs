using Microsoft.ML.OnnxRuntime;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx.Tests.Verification;

/// <summary>Runs a model in ONNX Runtime.</summary>
internal static class RuntimeModel
{
    /// <summary>What ONNX Runtime makes of a model.</summary>
    /// <returns>A tensor for each of the names.</returns>
    public static IReadOnlyList<Tensor> Run(byte[] model, IReadOnlyList<(string Name, Tensor Value)> inputs, IReadOnlyList<string> outputs)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        using var session = new InferenceSession(model, options);
        using var run = new RunOptions();
        var given = inputs.Select(input => ToRuntime(input.Value)).ToList();
        try
        {
            using var made = session.Run(run, [.. inputs.Select(input => input.Name)], given, outputs);
            return [.. made.Select(FromRuntime)];
        }
        finally
        {
            given.ForEach(value => value.Dispose());
        }
    }

    private static OrtValue ToRuntime(Tensor tensor) => tensor.dtype switch
    {
        ScalarType.Float32 => OrtValue.CreateTensorValueFromMemory(Numbers<float>(tensor), tensor.shape),
        ScalarType.Float64 => OrtValue.CreateTensorValueFromMemory(Numbers<double>(tensor), tensor.shape),
        ScalarType.Int64 => OrtValue.CreateTensorValueFromMemory(Numbers<long>(tensor), tensor.shape),
        ScalarType.Int32 => OrtValue.CreateTensorValueFromMemory(Numbers<int>(tensor), tensor.shape),
        ScalarType.Byte => OrtValue.CreateTensorValueFromMemory(Numbers<byte>(tensor), tensor.shape),
        ScalarType.Int8 => OrtValue.CreateTensorValueFromMemory(Numbers<sbyte>(tensor), tensor.shape),
        ScalarType.Bool => OrtValue.CreateTensorValueFromMemory(Numbers<bool>(tensor), tensor.shape),
        _ => throw new NotSupportedException($"{tensor.dtype}"),
    };

    private static Tensor FromRuntime(OrtValue value)
    {
        var about = value.GetTensorTypeAndShape();
        return about.ElementDataType switch
        {
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float => tensor(value.GetTensorDataAsSpan<float>().ToArray(), about.Shape),
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Double => tensor(value.GetTensorDataAsSpan<double>().ToArray(), about.Shape),
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int64 => tensor(value.GetTensorDataAsSpan<long>().ToArray(), about.Shape),
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int32 => tensor(value.GetTensorDataAsSpan<int>().ToArray(), about.Shape),
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.UInt8 => tensor(value.GetTensorDataAsSpan<byte>().ToArray(), about.Shape),
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int8 => tensor(value.GetTensorDataAsSpan<sbyte>().ToArray(), about.Shape),
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Bool => tensor(value.GetTensorDataAsSpan<bool>().ToArray(), about.Shape),
            var other => throw new NotSupportedException($"{other}"),
        };
    }

    private static T[] Numbers<T>(Tensor tensor)
        where T : unmanaged
    {
        using var plain = tensor.contiguous();
        return plain.NumberOfElements == 0 ? [] : plain.data<T>().ToArray();
    }
}
