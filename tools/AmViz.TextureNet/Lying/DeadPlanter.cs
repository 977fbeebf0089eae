using AmViz.TextureNet.Network;
using static TorchSharp.torch;

namespace AmViz.TextureNet.Lying;

/// <summary>Plants units that are dead: their weights become zero, so that nothing excites them.</summary>
internal static class DeadPlanter
{
    /// <summary>Kills channels of a convolution.</summary>
    public static void Kill(TrainableMobileNet network, string layer, IReadOnlyList<int> channels)
    {
        using var noGradients = no_grad();
        var convolution = network.Stages.First(stage => stage.Name == layer).Convolution;
        foreach (int channel in channels)
            convolution.weight!.select(0, channel).zero_();
    }

    /// <summary>Kills classes.</summary>
    public static void KillClasses(TrainableMobileNet network, IReadOnlyList<int> classes)
    {
        using var noGradients = no_grad();
        foreach (int one in classes)
            network.Classifier.weight!.select(0, one).zero_();
    }
}
