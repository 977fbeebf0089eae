using System.Globalization;
using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>Names, finds and describes devices.</summary>
public static class Devices
{
    private const string Cuda = "cuda";
    private const int GpuBatchSize = 32;

    /// <summary>The device called <paramref name="name"/>.</summary>
    /// <param name="name"><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
    /// <exception cref="ChannelRenderException">Unknown, or not on this machine.</exception>
    public static Device Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name is "cpu" or "auto" && (name == "cpu" || !cuda.is_available()))
        {
            return CPU;
        }

        var index = 0;
        var known = name is "auto" or Cuda
            || (name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out index));
        if (!known)
        {
            throw new ChannelRenderException($"'{name}' is not a device. Expected auto, cpu, cuda or cuda:N.");
        }

        var count = cuda.is_available() ? cuda.device_count() : 0;
        return index < count
            ? device(Cuda, index)
            : throw new ChannelRenderException(
                $"There is no device '{name}': this build of torch sees {count} CUDA devices. Use --device cpu, or a build made with -p:TorchBackend=cuda on a machine with a GPU.");
    }

    /// <summary>Images at once that use a device well: 1 on a CPU, where a batch gains nothing, 32 on a GPU.</summary>
    public static int DefaultBatchSize(Device device) => device.type == DeviceType.CUDA ? GpuBatchSize : 1;

    internal static RenderEnvironment Describe(Device device, int threads, int batchSize) => new(
        string.Create(CultureInfo.InvariantCulture, $"{device.type.ToString().ToLowerInvariant()} libtorch {__version__}"),
        ProcessorOf(device.type, device.index, CudaDriver.NameOf),
        threads,
        batchSize);

    /// <summary>What chooses the kernels: the type of the processor, or the model of the GPU, of which a machine may have several kinds.</summary>
    /// <param name="type">CPU or CUDA.</param>
    /// <param name="index">Which of several GPUs.</param>
    /// <param name="nameOfGpu">From the index of a GPU to its model; null where it cannot be found out.</param>
    internal static string ProcessorOf(DeviceType type, int index, Func<int, string?> nameOfGpu)
        => type == DeviceType.CPU
            ? ProcessorName()
            : nameOfGpu(index) ?? string.Create(CultureInfo.InvariantCulture, $"GPU {index} of {Environment.MachineName}, of unknown model");

    /// <summary>Vendor, family and instruction sets: what chooses the kernels, and the same on every machine of a type.</summary>
    private static string ProcessorName()
    {
        if (!X86Base.IsSupported)
        {
            return System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString();
        }

        var name = new byte[48];
        for (var part = 0; part < 3; part++)
        {
            var (eax, ebx, ecx, edx) = X86Base.CpuId(unchecked((int)0x80000002) + part, 0);
            int[] registers = [eax, ebx, ecx, edx];
            Buffer.BlockCopy(registers, 0, name, part * 16, 16);
        }

        var instructions = Avx512F.IsSupported ? "AVX-512" : Avx2.IsSupported ? "AVX2" : "SSE";
        var limit = OneDnnLimit.Isa is { } isa ? $", oneDNN up to {isa}" : OneDnnLimit.GuessesCaches ? ", caches hidden" : "";
        return $"{System.Text.Encoding.ASCII.GetString(name).TrimEnd('\0', ' ')} ({instructions}{limit})";
    }
}
