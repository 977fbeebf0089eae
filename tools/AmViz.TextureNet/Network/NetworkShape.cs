namespace AmViz.TextureNet.Network;

/// <summary>What a network looks like before it has weights.</summary>
/// <param name="ClassCount">Number of logits.</param>
internal abstract record NetworkShape(int ClassCount)
{
    /// <summary>The layers in a line, for the model card.</summary>
    public abstract string Layers { get; }

    /// <summary>Which pictures it takes, for the model card; goes on after "trained at 96 x 96 pixels".</summary>
    public abstract string Sizes { get; }

    /// <summary>Which parameters decay and which are constants, for the model card; goes on after "weight decay 0.05".</summary>
    public abstract string Decay { get; }

    /// <summary>Builds the network; its weights depend on nothing but this shape and the seed.</summary>
    public abstract TrainableNetwork Build(int seed);
}
