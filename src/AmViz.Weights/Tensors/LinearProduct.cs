using System.Runtime.Intrinsics.X86;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Weights;

/// <summary>A linear map of many vectors, by whichever of torch's libraries is quicker on the processor.</summary>
/// <remarks>
/// PyTorch leaves linear maps on x86 to MKL, which on processors of other makers than Intel has no AVX-512. oneDNN has, for convolutions: vectors that lie one
/// behind the other are a map of one column whose channels lie innermost, and a linear map is its convolution by a window of one position. Seen on Zen 5
/// with one thread, forward and backward, 197 vectors: 96 instead of 54 GFLOP/s (768 to 192), 88 instead of 51 (192 to 768), 74 instead of 57 (192 to 192).
/// </remarks>
public static class LinearProduct
{
    // Values of the input; ATen's Convolution.cpp, use_mkldnn: below it the window would really be spread, and for few vectors the product is quicker in any case.
    private const int SmallestForOneDnn = 20480;

    // "Genu" of GenuineIntel, leaf 0 of CPUID.
    private const int Intel = 0x756E6547;

    private static readonly bool IsMklSlow = X86Base.IsSupported && X86Base.CpuId(0, 0).Ebx != Intel;

    /// <summary>x W' + b.</summary>
    /// <param name="x"><c>[..., in]</c>.</param>
    /// <param name="weight"><c>[out, in]</c>.</param>
    /// <param name="bias"><c>[out]</c>; null: none.</param>
    /// <returns><c>[..., out]</c>.</returns>
    public static Tensor Of(Tensor x, Tensor weight, Tensor? bias)
        => IsMklSlow && x.device_type == DeviceType.CPU && x.dtype == ScalarType.Float32 && x.NumberOfElements > SmallestForOneDnn
            ? ByConvolution(x, weight, bias)
            : F.linear(x, weight, bias);

    /// <summary>The same by a convolution; spreading a window of one position means nothing, but PyTorch leaves such to oneDNN on one thread too.</summary>
    internal static Tensor ByConvolution(Tensor x, Tensor weight, Tensor? bias)
    {
        var (shape, inputs, outputs) = (x.shape, weight.shape[1], weight.shape[0]);
        var map = x.reshape(1, -1, 1, inputs).permute(0, 3, 1, 2);                      // [1, in, rows, 1]
        return F.conv2d(map, weight.view(outputs, inputs, 1, 1), bias, [1, 1], padding: [0, 0], dilation: [2, 2])
            .permute(0, 2, 3, 1).reshape([.. shape[..^1], outputs]);
    }
}
