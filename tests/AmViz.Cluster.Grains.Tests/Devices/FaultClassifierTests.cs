using System.ComponentModel;
using AmViz.Storage;
using AmViz.Sweeps;

namespace AmViz.Cluster.Grains.Tests;

public sealed class FaultClassifierTests
{
    public static TheoryData<Exception, DeviceFaultScope?> Errors => new()
    {
        { new DeviceFaultException("x"), DeviceFaultScope.Device },
        { new DeviceFaultException("x") { Scope = DeviceFaultScope.Layer }, DeviceFaultScope.Layer },
        { new StoreUnreachableException("store", "x"), DeviceFaultScope.Network },
        { new InsufficientMemoryException(), DeviceFaultScope.Device },
        { new FileNotFoundException(), DeviceFaultScope.Device },
        { new UnauthorizedAccessException(), DeviceFaultScope.Device },
        { new TypeInitializationException("TorchSharp.torch", null), DeviceFaultScope.Device },
        { new BadImageFormatException(), DeviceFaultScope.Device },
        // What a channel, or the recipe that it is drawn with, may cause.
        { new ChannelRenderException("x"), null },
        { new Win32Exception("x"), null },
        { new InvalidOperationException("x"), null },
        { new OperationCanceledException(), null },
        { new CorruptBlobException(new("a/b"), "x"), null },
    };

    [Theory]
    [MemberData(nameof(Errors), DisableDiscoveryEnumeration = true)]
    public void WhatNoChannelCanCauseIsKnown(Exception error, DeviceFaultScope? scope) => Assert.Equal(scope, FaultClassifier.ScopeOf(error));
}
