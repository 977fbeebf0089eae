using AmViz.Weights;

namespace AmViz.Models;

/// <summary>No network of that name is in the catalogue.</summary>
public sealed class UnknownModelException(string message) : NetworkException(message);

/// <summary>The network has no layer of that name, or its weights end before it.</summary>
public sealed class UnknownLayerException(string message) : NetworkException(message);

/// <summary>The channels of the layer are not made by weights that could be compared.</summary>
public sealed class NoWeightsException(string message) : NetworkException(message);

/// <summary>The layer has fewer channels than asked for.</summary>
public sealed class ChannelOutOfRangeException(string message) : NetworkException(message);

/// <summary>The network cannot take pictures of that size.</summary>
public sealed class ImageSizeException(string message) : NetworkException(message);
