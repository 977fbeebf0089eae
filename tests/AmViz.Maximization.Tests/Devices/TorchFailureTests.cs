using System.Runtime.InteropServices;
using AmViz.Models;
using AmViz.Sweeps;
using TorchSharp;

namespace AmViz.Maximization.Tests;

[Collection(TorchTests.Name)]
public sealed class TorchFailureTests
{
    private static readonly ChannelBatch Batch = new(Recipes.Paper, [new("tiny", "d1ce", "logits", 0, 0)], 8);

    [Theory]
    [InlineData("CUDA out of memory. Tried to allocate 2.00 GiB", DeviceFaultScope.Layer)]
    [InlineData("cuDNN error: CUDNN_STATUS_INTERNAL_ERROR", DeviceFaultScope.Layer)]
    [InlineData("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`", DeviceFaultScope.Layer)]
    [InlineData("CUDA error: uncorrectable ECC error encountered", DeviceFaultScope.Device)]
    [InlineData("CUDA error: no CUDA-capable device is detected", DeviceFaultScope.Device)]
    [InlineData("CUDA driver initialization failed", DeviceFaultScope.Device)]
    [InlineData("The size of tensor a (3) must match the size of tensor b (4)", null)]
    [InlineData("index 7 is out of bounds for dimension 0 with size 4", null)]
    public void FaultsOfTheDeviceAreKnownByTheirWords(string message, DeviceFaultScope? scope) => Assert.Equal(scope, TorchFailure.ScopeOf(message));

    [Fact]
    public void MemoryThatRunsOutIsToldByTorchInThoseWords()
    {
        var error = Assert.Throws<ExternalException>(() => torch.zeros(1L << 50));

        Assert.Equal(DeviceFaultScope.Layer, TorchFailure.ScopeOf(error.Message));
        var fault = Assert.IsType<DeviceFaultException>(TorchFailure.Describe("cpu", Batch, error, wasLost: false));
        Assert.Contains("ask for a smaller --batch or --size", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AKernelThatFailsMayBeItsBatchsDoingAndWhatFailsAfterItIsNot()
    {
        var first = new System.ComponentModel.Win32Exception(1, "CUDA error: device-side assert triggered\nCUDA kernel errors might be asynchronously reported");

        Assert.True(TorchFailure.IsLostContext(first.Message));
        Assert.IsType<ChannelRenderException>(TorchFailure.Describe("cuda:0", Batch, first, wasLost: false));
        var fault = Assert.IsType<DeviceFaultException>(TorchFailure.Describe("cuda:0", Batch, first, wasLost: true));
        Assert.Equal(DeviceFaultScope.Device, fault.Scope);
        Assert.Contains("start it again", fault.Message, StringComparison.Ordinal);
    }
}
