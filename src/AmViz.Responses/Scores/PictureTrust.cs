namespace AmViz.Responses;

/// <summary>Whether a picture is to be trusted.</summary>
/// <remarks>
/// A picture that lies excites its channel like an honest one, or more: what gives it away is what the rest of the layer sees. If it shows what the channel looks for in photographs,
/// the other channels respond to it as to the photographs that excite the channel most, and not as to those that excite it least, more so than to a photograph taken at random.
/// </remarks>
public static class PictureTrust
{
    /// <summary>
    /// Pictures below it are not to be trusted. A picture that has no more to do with the channel than a photograph taken at random falls below it with a chance of 19 in 20:
    /// the usual level of a test, and no number that was fitted.
    /// </summary>
    public const double Threshold = 0.95;

    /// <summary>The verdict on a picture that is to be trusted.</summary>
    public const string Trusted = "trusted";

    /// <summary>The verdict on a picture that shows something else than the photographs that excite its channel.</summary>
    public const string Distrusted = "distrusted";

    /// <summary>The verdict on the picture of a channel that responds to all photographs alike: whatever it shows, no photograph bears it out.</summary>
    public const string Constant = "constant";
}
