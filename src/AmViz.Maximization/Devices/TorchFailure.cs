using System.Runtime.InteropServices;

namespace AmViz.Maximization;

/// <summary>Tells by the words of libtorch, which has no other way to say it, whether a failure is the device's.</summary>
internal static class TorchFailure
{
    private static readonly string[] Memory = ["out of memory", "can't allocate memory", "not enough memory", "STATUS_ALLOC_FAILED"];

    // A kernel that was given wrong numbers, or a device that computes wrong ones: no later call of the process succeeds, whoever makes it.
    private static readonly string[] LostContext = ["device-side assert", "illegal memory access", "illegal instruction", "misaligned address", "launch failure"];

    private static readonly string[] Libraries = ["cuDNN error", "CUDNN_STATUS", "CUBLAS_STATUS", "CUFFT_"];

    private static readonly string[] Driver = ["CUDA error", "CUDA driver", "CUDA-capable device", "CUDA initialization", "Found no NVIDIA driver"];

    /// <summary>Whether the batch may have broken the device, for the whole process.</summary>
    public static bool IsLostContext(string message) => Says(message, LostContext);

    /// <summary>How much the device cannot draw; null: a channel of the batch may be to blame.</summary>
    public static DeviceFaultScope? ScopeOf(string message)
        => Says(message, Memory) || Says(message, Libraries) ? DeviceFaultScope.Layer
            : IsLostContext(message) ? null
            : Says(message, Driver) ? DeviceFaultScope.Device
            : null;

    /// <summary>The exception that a caller of the renderer is told.</summary>
    /// <param name="device">Where it failed.</param>
    /// <param name="batch">What was drawn.</param>
    /// <param name="cause">What torch said.</param>
    /// <param name="wasLost">Whether a kernel of this process failed on the device before.</param>
    public static Exception Describe(string device, ChannelBatch batch, ExternalException cause, bool wasLost)
    {
        var said = $"Torch failed on {device} with {batch.PaddedSize} images of {batch.Recipe.Size} px: {cause.Message.Split('\n', 2)[0].TrimEnd('.')}.";
        return wasLost
            ? new DeviceFaultException($"{said} A kernel failed on it before, after which nothing can be computed there in this process; start it again.", cause)
            : ScopeOf(cause.Message) is { } scope
                ? new DeviceFaultException($"{said} If memory ran out, ask for a smaller --batch or --size.", cause) { Scope = scope }
                : new ChannelRenderException(said, cause);
    }

    private static bool Says(string message, string[] words) => Array.Exists(words, word => message.Contains(word, StringComparison.OrdinalIgnoreCase));
}
