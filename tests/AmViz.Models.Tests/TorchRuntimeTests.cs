using System.Runtime.InteropServices;
using TorchSharp;

namespace AmViz.Models.Tests;

[Collection(TorchTests.Name)]
public sealed class TorchRuntimeTests
{
    [Fact]
    public void SetsTheThreadsOfTorch()
    {
        try
        {
            TorchRuntime.Initialize(threads: 2);
            Assert.Equal(2, torch.get_num_threads());
        }
        finally
        {
            TorchRuntime.Initialize(threads: 1);
        }

        Assert.Equal(1, torch.get_num_threads());
        Assert.Throws<ArgumentOutOfRangeException>(() => TorchRuntime.Initialize(threads: 0));
    }

    [Fact]
    public void KeepsFreedMemoryExactlyWhereTheLibraryIsGlibc()
    {
        bool isGlibc = OperatingSystem.IsLinux()
            && NativeLibrary.TryLoad("libc.so.6", out IntPtr libc) && NativeLibrary.TryGetExport(libc, "gnu_get_libc_version", out _);

        Assert.Equal(isGlibc, TorchRuntime.KeepFreedMemory());
    }
}
